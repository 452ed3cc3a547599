/** The Language enum: one value for each language there is. */

import { languages } from '../payment/languages.ts'
import { builder } from './builder.ts'

/** Its values stand for the tags of the languages. */
export const Language = builder.enumType('Language', {
  description: 'A language in which the gateway has its sentences for people.',
  values: Object.fromEntries(
    [...languages.keys()].map((tag) => [
      tag.toUpperCase().replaceAll('-', '_'),
      { value: tag, description: `${nameOf(tag, tag)}: ${nameOf(tag, 'en')}, \`${tag}\`.` },
    ]),
  ),
})

/** The name of one language in another. */
function nameOf(tag: string, inTag: string): string {
  return new Intl.DisplayNames(inTag, { type: 'language' }).of(tag) ?? tag
}
