import type { Socket } from 'node:net'
import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { paymentErrorCodes } from '../../src/payment/payment-outcome.ts'
import { paymentMethods } from '../../src/payment/payment-request.ts'
import type { PayAnswer } from '../../src/payment/ports.ts'
import type { ServiceOverrides } from '../../src/service.ts'
import { refusalCodes } from '../../src/telemetry/refusal-codes.ts'
import { type Answer, answerOrder, answerStatus } from '../support/scripted-atlas.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { type Exposition, growthOf, samplesOf, valueOf } from './exposition.ts'
import { ledgerAway, type ObservedGateway, startObservedGateway } from './observed-gateway.ts'
import { readReadmeTable } from './readme-table.ts'

/** What comes a moment after an answer is waited for this long. */
const soon = { timeout: 10_000 }

const started: ObservedGateway[] = []

async function start(
  environment: Record<string, string> = {},
  overrides: ServiceOverrides = {},
): Promise<ObservedGateway> {
  const gateway = await startObservedGateway(environment, overrides)
  started.push(gateway)
  return gateway
}

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.close()
})

const reset: Answer = (response) => void (response.socket as Socket).resetAndDestroy()
const paid = answerOrder({ orderStatus: '1', paymentMethod: 1, payTime: '2026-11-23 16:00:00' })

/** What work made grow: every counter, and the counts of the histograms of exchanges and requests. */
async function growthBy(
  gateway: ObservedGateway,
  work: () => Promise<unknown>,
): Promise<() => Promise<object>> {
  const before = await gateway.scrape()
  await work()
  const names = /_total$|^atlas_pay_(http|atlas)_request_duration_seconds_count$/
  return async () => growthOf(before, await gateway.scrape(), names)
}

const payments = (outcome: string, method = 'BALANCE'): string =>
  `atlas_pay_payments_total{outcome="${outcome}",payment_method="${method}"}`
const exchanges = (operation: string, result: string): string =>
  `atlas_pay_atlas_request_duration_seconds_count{operation="${operation}",result="${result}"}`
const refusals = (code: string): string => `atlas_pay_refusals_total{code="${code}"}`
const requests = (status: string): string =>
  `atlas_pay_http_request_duration_seconds_count{status="${status}"}`
const ledgerOperations = (operation: string, result: string): string =>
  `atlas_pay_ledger_operation_duration_seconds_count{operation="${operation}",result="${result}"}`

describe('a scrape counts', () => {
  test('a payment once: its outcome, its exchange, its request, its claim and its record', async () => {
    const gateway = await start()
    const growth = await growthBy(gateway, () => gateway.pay('M1', { paymentMethod: 'BYOA' }))
    await expect.poll(growth, soon).toEqual({
      [payments('SUCCESS', 'BYOA')]: 1,
      [exchanges('pay.do', 'accepted')]: 1,
      [requests('200')]: 1,
    })
    const scrape = await gateway.scrape()
    expect(valueOf(scrape, ledgerOperations('claim', 'ok'))).toBe(1)
    expect(valueOf(scrape, ledgerOperations('record', 'ok'))).toBe(1)
    expect(valueOf(scrape, 'atlas_pay_resends_total')).toBe(0)
  })

  test('a refusal by its code', async () => {
    const gateway = await start()
    gateway.atlas.answer = answerStatus(401)
    const growth = await growthBy(gateway, () => gateway.pay('M1'))
    await expect.poll(growth, soon).toEqual({
      [payments('PAYMENT_DEADLINE_PASSED')]: 1,
      [exchanges('pay.do', 'refused')]: 1,
      [requests('200')]: 1,
    })
  })

  test('no attempt for what the ledger answers or the input forbids', async () => {
    const gateway = await start()
    const idempotencyKey = 'key-of-a-payment-metrics'
    await gateway.pay('M1', { idempotencyKey })
    await expect.poll(async () => valueOf(await gateway.scrape(), requests('200')), soon).toBe(1)
    const growth = await growthBy(gateway, async () => [
      await gateway.pay('M1', { idempotencyKey }),
      await gateway.pay('M1'),
      await gateway.pay('M2', { idempotencyKey }),
      await gateway.pay('M3', { clientOrderNo: '' }),
    ])
    await expect.poll(growth, soon).toEqual({ [requests('200')]: 4 })
  })

  test('one attempt for ten clients that share it', async () => {
    const gateway = await start()
    const held = Promise.withResolvers<void>()
    gateway.atlas.answer = (response, seen) => void held.promise.then(() => answerStatus(0)(response, seen))
    const growth = await growthBy(gateway, async () => {
      const clients = Array.from({ length: 10 }, () => gateway.pay('M1'))
      await expect
        .poll(async () => valueOf(await gateway.scrape(), ledgerOperations('claim', 'ok')), soon)
        .toBe(10)
      expect(valueOf(await gateway.scrape(), 'atlas_pay_payments_in_flight')).toBe(1)
      held.resolve()
      await Promise.all(clients)
    })
    await expect.poll(growth, soon).toEqual({
      [payments('SUCCESS')]: 1,
      [exchanges('pay.do', 'accepted')]: 1,
      [requests('200')]: 10,
    })
    expect(valueOf(await gateway.scrape(), 'atlas_pay_payments_in_flight')).toBe(0)
  })

  test('a lost answer as unknown with its age until a readback settles it', async () => {
    const gateway = await start()
    const unknown = async (): Promise<readonly number[]> => {
      const scrape = await gateway.scrape()
      const names = ['atlas_pay_unknown_attempts', 'atlas_pay_unknown_oldest_age_seconds']
      return names.map((name) => Math.floor(valueOf(scrape, name) / (name.endsWith('seconds') ? 60 : 1)))
    }
    expect(await unknown()).toEqual([0, 0])
    const before = await gateway.scrape()
    gateway.atlas.answer = reset
    expect(await gateway.pay('M1')).toBe('OUTCOME_UNKNOWN')
    await expect.poll(unknown, soon).toEqual([1, 0])
    gateway.advance(11 * 60_000)
    await expect.poll(unknown, soon).toEqual([1, 11])
    expect(growthOf(before, await gateway.scrape(), /settlements/)).toEqual({})

    gateway.atlas.read = paid
    gateway.advance(3 * 60_000)
    await expect.poll(unknown, soon).toEqual([0, 0])
    expect(growthOf(before, await gateway.scrape(), /_total$/)).toEqual({
      [payments('OUTCOME_UNKNOWN')]: 1,
      'atlas_pay_settlements_total{outcome="SUCCESS"}': 1,
    })
    const scrape = await gateway.scrape()
    expect(valueOf(scrape, exchanges('pay.do', 'unknown'))).toBe(1)
    expect(valueOf(scrape, exchanges('queryOrderDetails.do', 'paid'))).toBe(1)
    expect(valueOf(scrape, exchanges('queryOrderDetails.do', 'unreadable'))).toBe(
      gateway.atlas.reads.length - 1,
    )
  })

  test('a connection that cannot be had, and no exchange while the breaker is open', async () => {
    const gateway = await start()
    await gateway.atlas.close()
    const growth = await growthBy(gateway, async () => {
      for (let attempt = 1; attempt <= 7; attempt += 1) await gateway.pay(`M${attempt}`)
    })
    await expect.poll(growth, soon).toEqual({
      [payments('ATLAS_UNREACHABLE')]: 7,
      [exchanges('pay.do', 'not-sent')]: 5,
      [requests('200')]: 7,
    })
  })

  test('what the rate limit refused, by kind', async () => {
    const gateway = await start({ RATE_LIMIT_PER_MINUTE: '1' })
    const growth = await growthBy(gateway, async () => {
      for (const orderNo of ['M1', 'M2', 'M3']) await gateway.pay(orderNo)
      for (let read = 1; read <= 11; read += 1) await gateway.graphql('{ payment(orderNo: "M1") { state } }')
    })
    await expect.poll(growth, soon).toEqual({
      [payments('SUCCESS')]: 1,
      [exchanges('pay.do', 'accepted')]: 1,
      'atlas_pay_rate_limited_total{kind="payment"}': 2,
      'atlas_pay_rate_limited_total{kind="read"}': 1,
      [refusals('RATE_LIMITED')]: 3,
      [requests('200')]: 11,
      [requests('429')]: 3,
    })
  })

  test('a ledger that is away, and no payment', async () => {
    const clock = createVirtualClock()
    const gateway = await start({}, { clock })
    // Signs of life of the settler would be counted beside that of the probe: both its loops pause, for as long as
    // time stands still.
    await expect.poll(() => clock.waiting(), soon).toBe(2)
    const before = await gateway.scrape()
    gateway.broken.set('claim', ledgerAway)
    const growth = await growthBy(gateway, () => gateway.pay('M1'))
    await expect.poll(growth, soon).toEqual({
      [refusals('LEDGER_UNAVAILABLE')]: 1,
      [requests('503')]: 1,
    })
    gateway.broken.set('heartbeat', ledgerAway)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503)
    expect(growthOf(before, await gateway.scrape(), /^atlas_pay_ledger_.+_count$/)).toEqual({
      [ledgerOperations('claim', 'error')]: 1,
      [ledgerOperations('heartbeat', 'error')]: 1,
    })
  })

  test('a second start of a request that was refused', async () => {
    const refused: PayAnswer = { kind: 'unknown', reason: 'RESEND_REFUSED', atlasStatus: null, cause: null }
    const gateway = await start(
      {},
      { wrapAtlas: (atlas) => ({ ...atlas, pay: () => Promise.resolve(refused) }) },
    )
    expect(valueOf(await gateway.scrape(), 'atlas_pay_resends_total')).toBe(0)
    await gateway.pay('M1')
    expect(valueOf(await gateway.scrape(), 'atlas_pay_resends_total')).toBe(1)
  })

  test('a client that leaves before its answer as aborted, and its payment all the same', async () => {
    const gateway = await start()
    const held = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    gateway.atlas.answer = (response, seen) => {
      arrived.resolve()
      void held.promise.then(() => answerStatus(0)(response, seen))
    }
    const leaving = new AbortController()
    const query = 'mutation { payOrder(input: {orderNo: "M1", paymentMethod: BALANCE}) { __typename } }'
    const growth = await growthBy(gateway, async () => {
      const client = fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: leaving.signal,
      })
      await arrived.promise
      leaving.abort()
      await expect(client).rejects.toThrow('aborted')
      await expect.poll(async () => valueOf(await gateway.scrape(), requests('aborted')), soon).toBe(1)
      held.resolve()
    })
    await expect.poll(growth, soon).toEqual({
      [payments('SUCCESS')]: 1,
      [exchanges('pay.do', 'accepted')]: 1,
      [requests('aborted')]: 1,
    })
  })
})

describe('the text of a scrape', () => {
  const secret = 'a-secret-for-tests-only-not-a-real-one'
  const tokenEnvironment = {
    AUTH: 'jwt',
    AUTH_JWT_SECRET: secret,
    AUTH_ISSUER: 'https://issuer.example',
    AUTH_AUDIENCE: 'gateway',
    INTROSPECTION: 'on',
  }
  let gateway: ObservedGateway
  let scrape: Exposition

  const bearerOf = async (subject: string): Promise<{ authorization: string }> => {
    const token = await new SignJWT({ scope: 'orders:pay orders:read' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setIssuer(tokenEnvironment.AUTH_ISSUER)
      .setAudience(tokenEnvironment.AUTH_AUDIENCE)
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret))
    return { authorization: `Bearer ${token}` }
  }

  /** Everything that a client and Atlas can put in, as caller and order `name`. */
  async function visit(name: string): Promise<void> {
    const headers = await bearerOf(`caller-${name}`)
    await gateway.pay(`order-${name}`, { clientOrderNo: `client-${name}`, requestSource: name }, headers)
    await gateway.pay(`refused-${name}`, {}, headers)
    await gateway.pay(`lost-${name}`, {}, { ...headers, 'x-request-id': `request-${name}` })
    await gateway.pay(`order-${name}`, { paymentMethod: `BY_${name.toUpperCase()}` }, headers)
    await gateway.post(
      JSON.stringify({ query: `query Q${name.replaceAll(/\W/g, '')} { __typename }` }),
      headers,
    )
    await gateway.post(`{"garbage": "${name}"`, headers)
    await gateway.post('query=x', { ...headers, 'content-type': `text/${name}` })
    await gateway.post('{}', { authorization: `Bearer ${name}` })
    await fetch(`${gateway.url}/graphql?query={payment(orderNo:"${name}"){state}}`, { headers })
    await fetch(`${gateway.url}/graphql/${name}`)
    await fetch(`${gateway.url}/graphql`, { method: 'DELETE', headers })
    await fetch(`${gateway.url}/metrics?${name}`, { headers: { accept: `text/${name}` } })
  }

  beforeAll(async () => {
    gateway = await startObservedGateway(tokenEnvironment)
    gateway.atlas.read = paid
    gateway.atlas.answer = (response, seen) => {
      const { orderNo } = seen.body as { orderNo: string }
      // Nothing that Atlas documents, and texts of its own.
      const surprise = Number(orderNo.replaceAll(/\D/g, '')) + 1_000
      const status = orderNo.startsWith('order') ? 0 : orderNo.startsWith('refused') ? 403 : surprise
      answerStatus(status, { msg: `msg-${orderNo}` })(response, seen)
    }
    await visit('first-1')
    await vi.waitFor(async () => {
      scrape = await gateway.scrape()
      expect(valueOf(scrape, requests('405'))).toBe(1)
    }, soon)
  })

  afterAll(() => gateway.close())

  test('has the type of the format, and is never cached', async () => {
    const response = await fetch(`${gateway.url}/metrics`)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toMatch(/\n$/)
  })

  test('passes the rules of promtool', () => {
    expect(scrape.flatMap(lint)).toEqual([])
    const names = scrape.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const series = samplesOf(scrape).map((sample) => sample.series)
    expect(new Set(series).size).toBe(series.length)
  })

  test('finds what it should: the rules refuse a bad family', () => {
    const bad = {
      name: 'payGauge_ms',
      help: '',
      type: 'counter',
      samples: [{ name: 'payGauge_ms', labels: { orderNo: '1' }, series: 'payGauge_ms', value: -1 }],
    }
    expect(lint(bad)).toHaveLength(7)
  })

  test('has buckets that add up to their count', () => {
    for (const { name, type, samples } of scrape) {
      if (type !== 'histogram') continue
      const counts = samples.filter((sample) => sample.name === `${name}_count`)
      expect(counts.length).toBeGreaterThan(0)
      for (const count of counts) {
        const buckets = samples.filter(
          ({ name: own, labels }) =>
            own === `${name}_bucket` &&
            Object.entries(count.labels).every(([label, value]) => labels[label] === value),
        )
        const bounds = buckets.map(({ labels }) =>
          labels['le'] === '+Inf' ? Infinity : Number(labels['le']),
        )
        expect(bounds).toEqual(bounds.toSorted((one, other) => one - other))
        expect(bounds.at(-1)).toBe(Infinity)
        const values = buckets.map(({ value }) => value)
        expect(values).toEqual(values.toSorted((one, other) => one - other))
        expect(values.at(-1)).toBe(count.value)
      }
    }
  })

  test('has no series more after 200 other callers, orders and heaps of garbage', async () => {
    for (let ten = 0; ten < 20; ten += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, one) => visit(`next-${ten}${one}`)))
    }
    await expect.poll(async () => valueOf(await gateway.scrape(), requests('405')), soon).toBe(201)
    const after = await gateway.scrape()
    const seriesOf = (exposition: Exposition): string[] => samplesOf(exposition).map(({ series }) => series)
    // Only what the settler does by itself may have come for the first time meanwhile.
    const added = seriesOf(after).filter((series) => !seriesOf(scrape).includes(series))
    expect(
      added.filter(
        (series) =>
          !/operation="(purge|defer|adoptOrphans|leaseUnknown|heartbeat|countUnknown)"/.test(series),
      ),
    ).toEqual([])
    expect(seriesOf(after).join('\n')).not.toMatch(/first|next|caller|msg|BY_/i)
    expect(samplesOf(after).length).toBeLessThan(400)
  }, 60_000)

  test('has labels of closed sets only', () => {
    const sets: Record<string, readonly string[] | RegExp> = {
      outcome: ['SUCCESS', ...paymentErrorCodes],
      payment_method: paymentMethods,
      status: /^([2-5]\d\d|aborted)$/,
      kind: ['payment', 'read'],
      code: [...refusalCodes, 'OTHER'],
      version: /^\d+\.\d+\.\d+$/,
      le: /^(\+Inf|[\d.]+)$/,
      result: [
        'ok',
        'error',
        'accepted',
        'refused',
        'not-sent',
        'unknown',
        'paid',
        'unpaid',
        'cancelled',
        'unreadable',
      ],
      operation: /^(pay\.do|queryOrderDetails\.do|[a-zA-Z]+)$/,
    }
    const strays = samplesOf(scrape).filter(({ labels }) =>
      Object.entries(labels).some(([label, value]) => {
        const set = sets[label]
        return set === undefined || (set instanceof RegExp ? !set.test(value) : !set.includes(value))
      }),
    )
    expect(strays).toEqual([])
  })
})

/**
 * The README has a table `| metric | type | labels | meaning |`: names, types and labels of all that a scrape
 * can show, and nothing else.
 */
test('the metrics of the README are those of a scrape', async () => {
  const gateway = await start({ RATE_LIMIT_PER_MINUTE: '1' })
  gateway.atlas.answer = reset
  await gateway.pay('M1')
  await gateway.pay('M2')
  gateway.atlas.read = paid
  gateway.advance(3 * 60_000)
  await expect
    .poll(async () => valueOf(await gateway.scrape(), 'atlas_pay_settlements_total{outcome="SUCCESS"}'), soon)
    .toBe(1)
  const produced = (await gateway.scrape()).map(({ name, type, samples }) => {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)))
    labels.delete('le')
    return `${name}, a ${type} by ${[...labels].sort().join(', ')}`
  })
  const documented = readReadmeTable(['metric', 'type', 'labels', 'meaning']).map(
    ([name, type, labels]) => `${name}, a ${type} by ${labels!.split(', ').sort().join(', ')}`,
  )
  expect(documented.sort()).toEqual(produced.sort())
})

/** What `promtool check metrics` would find wrong with a family, and the conventions of instrumentation. */
function lint({ name, help, type, samples }: Exposition[number]): string[] {
  const rules: Record<string, boolean> = {
    'is named in snake case under atlas_pay_': /^atlas_pay(_[a-z]+)+$/.test(name),
    'has a help text that is a sentence': /^[A-Z].{10,}\.$/.test(help) || /^[A-Z].{10,}\.\s.+$/.test(help),
    'has a type': ['counter', 'gauge', 'histogram'].includes(type),
    'ends in _total when it is a counter, and only then': (type === 'counter') === name.endsWith('_total'),
    'does not name its type': !/counter|gauge|histogram|summary|_(count|sum|bucket)$/i.test(name),
    'uses base units': !/_(ms|milliseconds|microseconds|minutes|hours|days|kilobytes|percent)(_|$)/.test(
      name,
    ),
    'tells its unit when it measures time': !/duration|age/.test(name) || name.endsWith('_seconds'),
    'has labels in snake case': samples.every(({ labels }) =>
      Object.keys(labels).every((label) => /^[a-z]+(_[a-z]+)*$/.test(label) && !label.startsWith('__')),
    ),
    'has finite numbers that are not negative': samples.every(
      ({ value }) => Number.isFinite(value) && value >= 0,
    ),
    'has samples of its own': samples.every((sample) =>
      type === 'histogram'
        ? [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample.name)
        : sample.name === name,
    ),
  }
  return Object.entries(rules)
    .filter(([, isKept]) => !isKept)
    .map(([rule]) => `${name}: ${rule}`)
}
