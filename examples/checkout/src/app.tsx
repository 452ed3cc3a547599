/** The page: its language, its order number, and the order. */

import { useEffect, useMemo, useRef, useState } from 'react'
import { Provider } from 'urql'
import { createClient } from './client.ts'
import { type Language, LanguageContext, languages, preferredLanguage, useLanguage } from './language.ts'
import { OrderPage } from './order-page.tsx'

export function App() {
  const [language, setLanguage] = useState(() => preferredLanguage(navigator.languages))
  const [orderNo, openOrder] = useOrderNo()
  const client = useMemo(() => createClient(language), [language])
  const texts = languages[language]
  useEffect(() => {
    document.documentElement.lang = language
    document.title = texts.title
  }, [language, texts])

  return (
    <LanguageContext value={language}>
      <Provider value={client}>
        <header className="bar">
          <h1>{texts.title}</h1>
          <LanguageSwitch language={language} onChoose={setLanguage} />
        </header>
        <main>
          {/* A new number has nothing of the one before: neither its amounts nor its card. */}
          <OrderNoForm key={`form ${orderNo}`} orderNo={orderNo} onOpen={openOrder} />
          {orderNo !== '' && <OrderPage key={orderNo} orderNo={orderNo} onLeave={() => openOrder('')} />}
        </main>
      </Provider>
    </LanguageContext>
  )
}

function LanguageSwitch(props: { language: Language; onChoose: (language: Language) => void }) {
  return (
    <fieldset className="switch">
      <legend className="hidden">{languages[props.language].chooseLanguage}</legend>
      {(Object.keys(languages) as Language[]).map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === props.language}
          onClick={() => props.onChoose(one)}
        >
          {languages[one].languageName}
        </button>
      ))}
    </fieldset>
  )
}

function OrderNoForm(props: { orderNo: string; onOpen: (orderNo: string) => void }) {
  const [text, setText] = useState(props.orderNo)
  const { texts } = useLanguage()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // Nothing else can be done on the page before there is an order.
    if (props.orderNo === '') input.current?.focus()
  }, [props.orderNo])
  return (
    <form
      className="order-no"
      onSubmit={(event) => {
        event.preventDefault()
        props.onOpen(text.trim())
      }}
    >
      <label htmlFor="orderNo">{texts.orderNo}</label>
      <input
        id="orderNo"
        ref={input}
        value={text}
        required
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="secondary">
        {texts.open}
      </button>
    </form>
  )
}

/** The order number in the address of the page, which the back button goes through. */
function useOrderNo(): [string, (orderNo: string) => void] {
  const [orderNo, setOrderNo] = useState(orderNoOfAddress)
  useEffect(() => {
    const follow = (): void => setOrderNo(orderNoOfAddress())
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  return [
    orderNo,
    (next) => {
      const address = new URL(location.href)
      if (next === '') address.searchParams.delete('orderNo')
      else address.searchParams.set('orderNo', next)
      if (next !== orderNo) history.pushState(null, '', address)
      setOrderNo(next)
    },
  ]
}

function orderNoOfAddress(): string {
  return new URLSearchParams(location.search).get('orderNo') ?? ''
}
