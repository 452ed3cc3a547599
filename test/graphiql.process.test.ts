import { mkdirSync } from 'node:fs'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningProcess, start } from './support/process.ts'

let browser: Browser
let dev: RunningProcess
let url: string

beforeAll(async () => {
  dev = start('npm', ['run', 'dev'], { PORT: '0', SIMULATOR_LATENCY_MS: '5' })
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // Whatever is not loopback fails to resolve, so a page that needs the internet cannot work.
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    headless: true,
  })
  url = (await dev.waitFor(/GraphiQL +(http:\S+)/))[1]!
})

afterAll(async () => {
  await browser?.close()
  dev?.signal('SIGINT')
  await dev?.ended
})

test('GraphiQL runs its prepared payment with nothing from the internet', async () => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
  const foreign: string[] = []
  const faults: string[] = []
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (['http:', 'https:', 'ws:', 'wss:'].includes(protocol) && hostname !== '127.0.0.1')
      foreign.push(request.url())
  })
  /** Answers that came as events. */
  const streams: string[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type'] === 'text/event-stream') streams.push(response.url())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(url)

  await expect.poll(() => run(page), { timeout: 15_000 }).toContain('PaymentSuccess')
  mkdirSync('test/.screenshots', { recursive: true })
  await page.screenshot({ path: 'test/.screenshots/graphiql.png' })

  await expect
    .poll(() => page.getByRole('tab').allTextContents())
    .toEqual(
      [/^Pay(?!And)/, /^PayAndFail/, /^Look/, /^Follow/, /^Catalogue/].map(
        (name) => expect.stringMatching(name) as string,
      ),
    )
  await open(page, 'PayAndFail')
  await expect.poll(() => run(page), { timeout: 15_000 }).toContain('PAYMENT_DEADLINE_PASSED')
  await open(page, 'Look')
  await expect.poll(() => run(page), { timeout: 15_000 }).toContain('"Order"')
  // It was paid in the first tab, and has its ticket some seconds later; then the stream is complete.
  await open(page, 'Follow')
  await expect.poll(() => run(page), { timeout: 15_000 }).toContain('"state":')
  await expect
    .poll(() => page.locator('.result-window').textContent(), { timeout: 15_000 })
    .toContain('"TICKETED"')
  expect(streams).not.toEqual([])
  await open(page, 'Catalogue')
  await expect.poll(() => run(page), { timeout: 15_000 }).toContain('"INVALID_REQUEST"')

  expect(foreign).toEqual([])
  expect(faults).toEqual([])
})

/**
 * Presses the run button and gives what the result pane shows then. Just after a tab was opened the button
 * may still be with the operation of the last one, so callers poll this; an answer gets 5 s to come.
 */
async function run(page: Page): Promise<string | null> {
  const result = page.locator('.result-window')
  const before = await result.textContent()
  await page.getByRole('button', { name: /execute query/i }).click()
  const deadline = performance.now() + 5_000
  while (performance.now() < deadline && (await result.textContent()) === before)
    await page.waitForTimeout(50)
  return result.textContent()
}

/** Switches to a tab and waits until its operation is in the editor. */
async function open(page: Page, operation: string): Promise<void> {
  // By keyboard: the tabs can be dragged, and a synthetic click counts as the start of a drag.
  await page.locator(`.graphiql-tab-button[title="${operation}"]`).press('Enter')
  await expect
    .poll(() => page.locator('.graphiql-query-editor').textContent())
    .toMatch(new RegExp(`(mutation|query|subscription)\\s${operation}\\b`))
}
