/** In which language a request is answered: the best that it accepts and the gateway speaks. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import Negotiator from 'negotiator'
import type { Language } from '../schema/index.ts'

/** Longest `Accept-Language` that is read, in characters. Browsers send some tens. */
const ACCEPT_LANGUAGE_LENGTH_MAX = 512

/** Chooses the language of an answer, and says in its headers which it is and what it depends on. */
export type ChooseLanguage = (request: IncomingMessage, response: ServerResponse) => Language

/**
 * Chooses among languages by the quality values of `Accept-Language` (RFC 9110, 12.5.4) and by language and
 * script, so that zh-CN and zh-SG are zh-Hans and zh-TW is not. What cannot be understood counts as not
 * sent; without a match, and for any language (`*`), it is the first choice's turn: `fallback`.
 */
export function createChooseLanguage(languages: Iterable<Language>, fallback: Language): ChooseLanguage {
  const byScript = new Map([...languages].map((language) => [scriptOf(language.tag), language]))
  return ({ headers }, response) => {
    const accepted = headers['accept-language'] ?? ''
    const isRead = accepted !== '' && accepted.length <= ACCEPT_LANGUAGE_LENGTH_MAX
    const language = isRead ? bestOf(accepted, byScript, fallback) : fallback
    response.setHeader('content-language', language.tag)
    const varied = response.getHeader('vary')
    response.setHeader(
      'vary',
      varied === undefined ? 'accept-language' : `${String(varied)}, accept-language`,
    )
    return language
  }
}

function bestOf(
  accepted: string,
  byScript: ReadonlyMap<string | null, Language>,
  fallback: Language,
): Language {
  for (const range of new Negotiator({ headers: { 'accept-language': accepted } }).languages()) {
    const language = range === '*' ? fallback : byScript.get(scriptOf(range))
    if (language !== undefined) return language
  }
  return fallback
}

/** The language and script that a tag means, e.g. `zh-Hans` for zh-SG, or null when it is no tag. */
function scriptOf(tag: string): string | null {
  try {
    const { language, script } = new Intl.Locale(tag).maximize()
    return `${language}-${script}`
  } catch {
    return null
  }
}
