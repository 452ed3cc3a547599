import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { languages } from '../../src/payment/languages.ts'
import { paymentErrorCodes } from '../../src/payment/payment-outcome.ts'
import { sentencesOf } from '../../src/payment/remediation.ts'
import { answerStatus } from '../support/scripted-atlas.ts'
import { bearer, type Reply, startTracedGateway, type TracedGateway } from '../support/token-gateway.ts'
import { tokenSecret } from '../support/token-issuer.ts'

const shop = 'https://shop.example'

let gateway: TracedGateway

beforeAll(async () => {
  gateway = await startTracedGateway({ AUTH: 'none', CORS_ORIGINS: shop })
})

beforeEach(() => gateway.forget())

afterAll(() => gateway.close())

const refused = {
  query: `mutation {
    payOrder(input: { orderNo: " A", paymentMethod: BALANCE }) { ... on PaymentError { message remediation } }
  }`,
}

/** Asks for sentences with `Accept-Language` header lines, and tells in which language they came. */
async function spokenTo(...acceptLanguage: string[]): Promise<Reply> {
  const headers = acceptLanguage.length === 0 ? {} : { 'accept-language': acceptLanguage }
  return gateway.post(refused, headers)
}

const english = { message: 'orderNo begins or ends with a blank. Nothing was sent.' }
const chinese = { message: 'orderNo 的开头或结尾有空白字符。未发送任何请求。' }

describe('Accept-Language', () => {
  test.each([
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['ZH-cn', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-Hans', 'zh-Hans'],
    ['zh-Hans-HK', 'zh-Hans'],
    ['cmn-Hans-CN', 'zh-Hans'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-Hans'],
    ['zh-TW,zh-CN;q=0.8,en;q=0.7', 'zh-Hans'],
    ['de-DE, de;q=0.9, zh-CN;q=0.2', 'zh-Hans'],
    ['en;q=0.5, zh;q=0.6', 'zh-Hans'],
    ['en;q=0, zh;q=0.1', 'zh-Hans'],
    ['zh ; q=0.7 , en ; q=0.6', 'zh-Hans'],
    ['zh-Hans-CN-u-nu-latn-x-private', 'zh-Hans'],
    ['en', 'en'],
    ['en-GB', 'en'],
    ['en-GB,zh-CN;q=0.9', 'en'],
    ['zh;q=0.4, en;q=0.5', 'en'],
    ['zh-CN;q=0, en', 'en'],
    ['zh-CN;q=0', 'en'],
    ['zh-CN;q=0, *', 'en'],
    ['zh-TW', 'en'],
    ['zh-TW, en;q=0.1', 'en'],
    ['zh-Hant', 'en'],
    ['zh-HK', 'en'],
    ['zh-Hant-CN', 'en'],
    ['zh-Latn-pinyin', 'en'],
    ['fr, de;q=0.5', 'en'],
    ['*', 'en'],
    ['*, zh;q=0.5', 'en'],
    ['*;q=0.1, zh;q=0.5', 'zh-Hans'],
  ])('%j is answered in %s', async (header, tag) => {
    const reply = await spokenTo(header)
    expect([reply.status, reply.headers['content-language']]).toEqual([200, tag])
    expect(reply.body?.data?.['payOrder']).toMatchObject(tag === 'en' ? english : chinese)
  })

  test.each([
    '',
    ' ',
    ',',
    ';',
    '-',
    'zh-',
    'zh_CN',
    'zh-CN;q=x',
    'zh-CN;q=-1',
    ';q=1',
    '%%%',
    '中文',
    '"zh',
    'zh-CN-CN-CN-CN',
    'i-klingon',
    'x-private',
    'constructor',
    'q=1;q=1;q=1',
    'a'.repeat(3_000),
    ','.repeat(3_000),
    // Understood, were it not longer than anything a browser sends.
    `zh-CN${', fr;q=0.5'.repeat(60)}`,
  ])('%j is not understood, and is answered in English', async (header) => {
    const reply = await spokenTo(Buffer.from(header).toString('latin1'))
    expect([reply.status, reply.headers['content-language']]).toEqual([200, 'en'])
    expect(reply.body?.data?.['payOrder']).toMatchObject(english)
    expect(gateway.log.filter(({ msg }) => msg === 'fault')).toEqual([])
  })

  test('is not needed', async () => {
    const reply = await spokenTo()
    expect([reply.headers['content-language'], reply.body?.data?.['payOrder']]).toMatchObject(['en', english])
  })

  test('counts in several header lines as in one', async () => {
    expect((await spokenTo('fr', 'zh-CN;q=0.5', 'en;q=0.4')).headers['content-language']).toBe('zh-Hans')
  })

  test('goes into Vary beside what CORS put there', async () => {
    expect((await spokenTo('zh')).headers['vary']).toBe('origin, accept-language')
    const fromShop = await gateway.post(refused, { origin: shop, 'accept-language': 'zh' })
    expect(fromShop.headers).toMatchObject({
      vary: 'origin, accept-language',
      'content-language': 'zh-Hans',
      'access-control-allow-origin': shop,
    })
    const closed = await startTracedGateway({ AUTH: 'none' })
    expect((await closed.post(refused)).headers['vary']).toBe('accept-language')
    await closed.close()
  })

  test('has no say in a refusal before GraphQL, which is in English for programmers', async () => {
    const closed = await startTracedGateway({
      AUTH: 'jwt',
      AUTH_JWT_SECRET: tokenSecret,
      AUTH_ISSUER: 'https://issuer.example',
      AUTH_AUDIENCE: 'gateway',
    })
    const reply = await closed.post(refused, { ...bearer('no-token'), 'accept-language': 'zh' })
    expect([reply.status, reply.headers['content-language'], reply.headers['vary']]).toEqual([
      401,
      undefined,
      undefined,
    ])
    await closed.close()
  })
})

test('a refusal by Atlas is told in the language of each who asks, also when it is repeated', async () => {
  gateway.atlas.answer = answerStatus(413)
  const paying = {
    query: `mutation {
      payOrder(input: { orderNo: "L1", paymentMethod: BALANCE, idempotencyKey: "0f1c2d3e-0000-4000-8000" }) {
        ... on PaymentError { code message remediation replayed }
      }
    }`,
  }
  const answers = []
  for (const language of ['zh-CN', 'en-GB']) {
    const { body } = await gateway.post(paying, { 'accept-language': language })
    answers.push(body?.data?.['payOrder'])
  }
  const [told, repeated] = [languages.get('zh-Hans')!, languages.get('en')!].map((language) =>
    sentencesOf(language, 'CARD_NOT_SUPPORTED'),
  )
  expect(answers).toEqual([
    { code: 'CARD_NOT_SUPPORTED', ...told, replayed: false },
    { code: 'CARD_NOT_SUPPORTED', ...repeated, replayed: true },
  ])
  expect(gateway.effects().sent).toBe(1)
})

describe('the catalogue', () => {
  const catalogue = (language: string): object => ({
    query: `{ paymentErrorCatalog${language} { code message remediation } }`,
  })
  const entries = (tag: string): object[] =>
    paymentErrorCodes.map((code) => ({ code, ...sentencesOf(languages.get(tag)!, code) }))

  test.each([
    ['(language: ZH_HANS)', 'en', 'zh-Hans'],
    ['(language: EN)', 'zh-CN', 'en'],
    ['(language: null)', 'zh-CN', 'zh-Hans'],
    ['', 'zh-CN', 'zh-Hans'],
    ['', 'fr', 'en'],
  ])('paymentErrorCatalog%s, asked in %s, is in %s', async (argument, acceptLanguage, tag) => {
    const { body } = await gateway.post(catalogue(argument), { 'accept-language': acceptLanguage })
    expect(body?.data?.['paymentErrorCatalog']).toEqual(entries(tag))
  })

  test('is refused in a language that there is not', async () => {
    const { body, codes } = await gateway.post(catalogue('(language: KLINGON)'))
    expect([body?.data, codes]).toEqual([undefined, ['GRAPHQL_VALIDATION_FAILED']])
  })
})
