/** Cards that are looked for where no card may be. */

import { randomInt } from 'node:crypto'
import { bareCard, withCheckDigit } from './test-cards.ts'

/** What is looked for of one card. Every card is another one, so that a hit names its request. */
export interface Canary {
  readonly number: string
  readonly cvv: string
  readonly name: string
}

/** Places where a card must not be, by name. */
export type Places = Readonly<Record<string, string | Buffer>>

/** A card whose code is in no string of a text, so that finding it later means something. */
export function newCanary(without: Buffer): Canary {
  const cvv = String(randomInt(1_000, 10_000))
  if (without.includes(`"${cvv}"`)) return newCanary(without)
  const letters = Array.from({ length: 12 }, () => String.fromCodePoint(randomInt(97, 123)))
  return { number: withCheckDigit(`4929${randomInt(1e10, 1e11)}`), cvv, name: `X${letters.join('')}` }
}

/** A number and one digit more, which is never its check digit. */
export function withWrongDigit(number: string): string {
  return `${number}${(Number(withCheckDigit(number).at(-1)) + 1) % 10}`
}

/** As a client sends it. */
export const cardOf = ({ number, cvv, name }: Canary): object => ({
  ...bareCard,
  number,
  cvv,
  holderLastName: name,
})

/** Each part of a card that is in one of the places. The code only as a text of its own: four digits are many. */
export function hitsIn(places: Places, canary: Canary): string[] {
  const parts = { number: canary.number.slice(-12), cvv: `"${canary.cvv}"`, name: canary.name }
  return Object.entries(places).flatMap(([place, content]) =>
    Object.entries(parts)
      .filter(([, text]) => content.includes(text))
      .map(([part]) => `${part} in ${place}`),
  )
}

/** Keeps what it reads of cards in memory, beside the ledger and in its output, as a careless gateway would. */
export const careless = `
  import { appendFileSync } from 'node:fs'
  const { parse } = JSON
  const kept = (globalThis.kept = [])
  JSON.parse = (text, ...more) => {
    if (String(text).includes('"card"')) {
      kept.push(text)
      process.stderr.write(text)
      appendFileSync(process.env.LEDGER_URL.slice('sqlite:'.length) + '-kept', text)
    }
    return parse(text, ...more)
  }`
