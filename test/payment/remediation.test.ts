import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Language } from '../../src/payment/language.ts'
import { english, languages } from '../../src/payment/languages.ts'
import { orderErrorCodes, orderErrorRules } from '../../src/payment/order-error.ts'
import {
  adviceOf,
  paymentErrorCodes,
  paymentErrorRules,
  paymentStates,
} from '../../src/payment/payment-outcome.ts'
import { inputFaults } from '../../src/payment/payment-request.ts'
import { orderErrorSentencesOf, sentencesOf, ticketingSentencesOf } from '../../src/payment/remediation.ts'
import {
  ticketingFailureCodes,
  ticketingFailureRules,
  ticketingMoneys,
} from '../../src/payment/ticketing-failure.ts'

/** What whole sentences look like and the words for the money, in languages that we can read. */
const marks: Record<string, { whole: RegExp; untouched: RegExp; maybeCharged: RegExp }> = {
  en: {
    whole: /^[A-Z][^\n\p{Script=Han}]{19,420}\.$/u,
    untouched: /not charged|nothing was sent\./i,
    maybeCharged: /may have been charged|may be paid|could not complete/,
  },
  'zh-Hans': {
    // Han characters, full-width punctuation, and of the Latin alphabet only names that nobody translates.
    whole:
      /^(?=.*\p{Script=Han}{2})(?:[\p{Script=Han}，。：；、（）“”\d -]|Atlas|IP|3-D Secure|idempotencyKey|`field`){6,160}。$/u,
    untouched: /未扣款|未发送任何请求/,
    maybeCharged: /可能已被扣款|可能已经付款|未能完成付款/,
  },
}

test('each file of a language is a language, under a tag as it is written', () => {
  const files = readdirSync(new URL('../../src/payment/languages', import.meta.url)).toSorted()
  expect([...languages.keys()].map((tag) => `${tag.toLowerCase()}.ts`)).toEqual(files)
  expect(files).toEqual(expect.arrayContaining(['en.ts', 'zh-hans.ts']))
  expect(Intl.getCanonicalLocales([...languages.keys()])).toEqual([...languages.keys()])
  expect(english.tag).toBe('en')
})

describe.each([...languages.values()])('$tag', (language) => {
  const known = marks[language.tag]
  const whole = known?.whole ?? /^[^\s\p{Lowercase}][^\n]{5,420}\p{P}$/u

  test('has the same sentences as English, none more and none less', () => {
    expect(keysOf(language)).toEqual(keysOf(english))
  })

  test.each(spoken(language))('$name is whole sentences of its own', ({ message, remediation }) => {
    expect(message).toMatch(whole)
    expect(remediation).toMatch(whole)
    expect(message).not.toBe(remediation)
  })

  test('says what happened in words of its own for each code', () => {
    for (const codes of [spokenCodes(language), spokenTicketing(language), spokenOrders(language)]) {
      expect(new Set(codes.map(({ message }) => message)).size).toBe(codes.length)
    }
  })

  test('never says one thing for different acts', () => {
    const actsByRemediation = Map.groupBy(spoken(language), ({ remediation }) => remediation)
    const ambiguous = [...actsByRemediation.values()].filter(
      (same) => new Set(same.map(({ action }) => action)).size > 1,
    )
    expect(ambiguous).toEqual([])
  })

  test.runIf(known)('says that nothing was charged where that is known, and only there', () => {
    const { untouched, maybeCharged } = known!
    for (const [code, { paymentState }] of paymentErrorRules) {
      const { message } = sentencesOf(language, code)
      expect([code, untouched.test(message)]).toEqual([code, paymentState === 'NOT_PAID'])
      if (paymentState === 'UNKNOWN') expect(message).toMatch(maybeCharged)
    }
  })

  test('says what becomes of the money before what to do about a missing ticket', () => {
    const { byCode, byMoney } = language.ticketingFailures
    expect(new Set(Object.values(byMoney)).size).toBe(ticketingMoneys.length)
    for (const [code, { money }] of ticketingFailureRules) {
      expect(ticketingSentencesOf(language, code)).toEqual({
        message: byCode[code].message,
        remediation: byMoney[money] + language.sentenceSeparator + byCode[code].remediation,
      })
    }
  })

  test('names the wrong field as it was given, with what it is part of', () => {
    const quoted = inputFaults.map((fault) => {
      const inputFault = { field: ['input', 'card', 'someField'], fault }
      const { message, remediation } = sentencesOf(language, 'INVALID_INPUT', { inputFault })
      expect(remediation).toBe(sentencesOf(language, 'INVALID_INPUT').remediation)
      if (known !== undefined) expect(message).toMatch(known.untouched)
      expect(message.split('card.someField')).toHaveLength(2)
      expect(message).not.toContain('input.')
      return message
    })
    expect(new Set(quoted).size).toBe(inputFaults.length)
  })

  test('speaks of a changed amount to the traveller, not to the program', () => {
    const { message, remediation } = sentencesOf(language, 'TOTAL_CHANGED')
    expect(`${message} ${remediation}`).not.toMatch(/expectedTotal|idempotencyKey|`/)
  })

  test('names a wrong argument that is no input', () => {
    const { message, remediation } = orderErrorSentencesOf(language, 'INVALID_INPUT', {
      field: ['orderNo'],
      fault: 'TOO_LONG',
    })
    expect(message).toMatch(/orderNo .*64/)
    expect(remediation).toBe(language.orderErrors.INVALID_INPUT.remediation)
  })
})

test('every sentence of another language differs from the English one', () => {
  const said = new Set(spoken(english).flatMap(({ message, remediation }) => [message, remediation]))
  for (const language of languages.values()) {
    if (language === english) continue
    const left = spoken(language).filter(
      ({ message, remediation }) => said.has(message) || said.has(remediation),
    )
    expect([language.tag, left]).toEqual([language.tag, []])
  }
})

test('Chinese says a refusal and a wrong field in Chinese', () => {
  const chinese = languages.get('zh-Hans')!
  expect(sentencesOf(chinese, 'TOTAL_CHANGED')).toEqual({
    message: '订单金额与此前同意的金额不一致。本次请求未扣款。',
    remediation: '请查看订单当前的金额；如果同意，请按该金额付款。',
  })
  for (const fault of inputFaults) {
    const inputFault = { field: ['input', 'orderNo'], fault }
    const { message } = sentencesOf(chinese, 'INVALID_INPUT', { inputFault })
    expect(message).toMatch(/\p{Script=Han}.*未发送任何请求。$/u)
    expect(message.replaceAll(/orderNo|ASCII|ISO|IP|MOR/g, '')).not.toMatch(/[a-z]/i)
  }
})

interface Spoken {
  readonly name: string
  readonly action: string
  readonly message: string
  readonly remediation: string
}

/** Everything that a language says about a code, with the act that it asks for. */
function spoken(language: Language): Spoken[] {
  const byState = paymentErrorCodes.flatMap((code) =>
    paymentStates.map((paymentState) => ({
      name: `${code} when ${paymentState}`,
      action: adviceOf(code, paymentState).action,
      ...sentencesOf(language, code, { paymentState }),
    })),
  )
  return [...spokenCodes(language), ...byState, ...spokenTicketing(language), ...spokenOrders(language)]
}

function spokenCodes(language: Language): Spoken[] {
  return [...paymentErrorRules].map(([code, { action }]) => ({
    name: code,
    action,
    ...sentencesOf(language, code),
  }))
}

function spokenTicketing(language: Language): Spoken[] {
  return ticketingFailureCodes.map((code) => ({
    name: `ticketing ${code}`,
    action: ticketingFailureRules.get(code)!.action,
    ...ticketingSentencesOf(language, code),
  }))
}

function spokenOrders(language: Language): Spoken[] {
  return orderErrorCodes.map((code) => ({
    name: `order ${code}`,
    action: orderErrorRules.get(code)!.action,
    ...orderErrorSentencesOf(language, code),
  }))
}

/** The path of each text and function in a language. */
function keysOf(value: object, path = ''): string[] {
  return Object.entries(value)
    .flatMap(([key, one]) =>
      typeof one === 'object' && one !== null ? keysOf(one as object, `${path}${key}.`) : [`${path}${key}`],
    )
    .toSorted()
}
