/**
 * The languages there are: one for each file in `languages`. Reading them is the one thing that importing does,
 * so that adding a language is adding its file.
 */

import { readdir } from 'node:fs/promises'
import type { Language } from './language.ts'

const folder = new URL('languages/', import.meta.url)

const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).toSorted()

const found = await Promise.all(
  names.map(async (name) => {
    const file = new URL(name, folder)
    const { default: language } = (await import(file.href)) as { default: Language }
    return language
  }),
)

/** Every language by its tag, in the order of the files' names. */
export const languages: ReadonlyMap<string, Language> = new Map(
  found.map((language) => [language.tag, language]),
)

/** What is spoken where nothing better is known, and what the schema is described in. */
export const english: Language = languages.get('en')!
