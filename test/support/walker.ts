/** A person in front of the pay page: a browser page that is used by keyboard and by what is written on it. */

import chromium from '@sparticuz/chromium'
import axe from 'axe-core'
import {
  type Browser,
  type BrowserContextOptions,
  chromium as playwright,
  type Locator,
  type Page,
} from 'playwright-core'
import { expect } from 'vitest'

export interface Walker {
  readonly page: Page
  /** The variables of each payment that the page sent. */
  readonly payments: readonly { readonly input: Record<string, unknown> }[]
  /** How often the page asked for a stream of events. */
  streams(): number
  /** Tabs to an element, over elements that each show the focus. Fails after 40 of them. */
  tabTo(target: Locator): Promise<void>
  button(name: string | RegExp): Locator
  radio(name: string | RegExp): Locator
  /** Waits until this is said in a heading. */
  reads(heading: string | RegExp): Promise<void>
  /** Waits until the focus is in the card with this heading. */
  isTakenTo(heading: string | RegExp): Promise<void>
  /** Where the page has digits, with or without blanks between them: `console`, `requests`, or a key of `Kept`. */
  placesOf(digits: string): Promise<string[]>
  /** The page breaks no rule of axe, and says in which language it is. */
  isAccessible(language: string): Promise<void>
  /** Ends the walk: there was no fault in the console and no request beyond loopback. */
  end(): Promise<void>
}

/** A browser that finds nothing beyond loopback. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    headless: true,
  })
}

/** `expectedFaults` are lines of the console that the walk itself causes. */
export async function startWalk(
  browser: Browser,
  options: BrowserContextOptions = {},
  expectedFaults = /^$/,
): Promise<Walker> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults: string[] = []
  const said: string[] = []
  const requested: URL[] = []
  const payments: { input: Record<string, unknown> }[] = []
  let streams = 0
  page.on('console', (message) => {
    said.push(message.text())
    if (['error', 'warning'].includes(message.type()) && !expectedFaults.test(message.text()))
      faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    requested.push(new URL(request.url()))
    if (request.method() !== 'POST') return
    const { query, variables } = request.postDataJSON() as { query: string; variables: never }
    if (query.startsWith('mutation')) payments.push(variables)
    if (query.startsWith('subscription')) streams += 1
  })

  const headingOf = (name: string | RegExp): Locator =>
    page.getByRole('heading', { name, exact: true }).first()
  return {
    page,
    payments,
    streams: () => streams,
    async tabTo(target) {
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab')
        expect(await page.evaluate(showsFocus), 'the focused element shows it').toBe(true)
        if (await target.evaluate((element) => element === document.activeElement)) return
      }
      throw new Error('Forty presses of the tabulator did not lead there.')
    },
    button: (name) => page.getByRole('button', { name, exact: true }),
    radio: (name) => page.getByRole('radio', { name }),
    reads: (heading) => headingOf(heading).waitFor(),
    async isTakenTo(heading) {
      await headingOf(heading).waitFor()
      await expect
        .poll(() =>
          page.evaluate(() => document.activeElement?.closest('.card')?.querySelector('h2')?.textContent),
        )
        .toMatch(heading)
    },
    async placesOf(digits) {
      const kept = { ...(await page.evaluate(whatIsKept)), console: said, requests: requested.map(String) }
      return Object.entries(kept)
        .filter(([, texts]) => texts.some((text) => text.replaceAll(/[\s-]/g, '').includes(digits)))
        .map(([place]) => place)
    },
    async isAccessible(language) {
      await page.evaluate(axe.source)
      const violations = await page.evaluate(async () => {
        const { axe: runner } = globalThis as unknown as { axe: typeof axe }
        const result = await runner.run({
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
        })
        return result.violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
      })
      expect(violations).toEqual([])
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
    },
    async end() {
      await context.close()
      expect(faults).toEqual([])
      expect(requested.length).toBeGreaterThan(3)
      expect(
        requested.filter(({ protocol, hostname }) => protocol !== 'data:' && hostname !== '127.0.0.1'),
      ).toEqual([])
    },
  }
}

/** What a page has of what was typed into it. */
type Kept = Readonly<Record<'document' | 'fields' | 'address' | 'stores', readonly string[]>>

/** Runs in the page. */
function whatIsKept(): Kept {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select, textarea')
  return {
    document: [document.documentElement.outerHTML, document.title],
    fields: Array.from(fields, ({ value }) => value),
    address: [location.href, JSON.stringify(history.state), document.cookie, window.name],
    stores: [localStorage, sessionStorage].map((store) => JSON.stringify(Object.entries(store))),
  }
}

/** Whether the focused element, or the card or method around it, has an outline. Runs in the page. */
function showsFocus(): boolean {
  let element = document.activeElement
  // Past the last element the focus is with the browser.
  if (element === document.body) return true
  for (; element !== null; element = element.parentElement) {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) return true
  }
  return false
}
