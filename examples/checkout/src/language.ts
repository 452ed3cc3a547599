/** The language of the page. The gateway is asked for the same one. */

import { createContext, use } from 'react'
import { english } from './texts/english.ts'
import { chinese } from './texts/chinese.ts'

export const languages = { en: english, 'zh-Hans': chinese } as const
export type Language = keyof typeof languages

/** The first of the visitor's languages that the page speaks, else English. */
export function preferredLanguage(preferences: readonly string[]): Language {
  const isChinese = /^zh(-Hans|-CN|-SG|$)/i
  const first = preferences.find((one) => isChinese.test(one) || /^en\b/i.test(one))
  return first !== undefined && isChinese.test(first) ? 'zh-Hans' : 'en'
}

export const LanguageContext = createContext<Language>('en')

/** The chosen language, and the page's own texts in it. */
export function useLanguage() {
  const language = use(LanguageContext)
  return { language, texts: languages[language] }
}
