import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { answerStatus, type ScriptedAtlas, startScriptedAtlas } from '../support/scripted-atlas.ts'

/** CPU that one request may cost, client and gateway together, in milliseconds. */
const CPU_MAX_MS = 50

/** The cheapest counts: the others pay for garbage, compilation and whatever else the machine does. */
const ROUNDS = 5

let atlas: ScriptedAtlas
let gateway: TestGateway

beforeAll(async () => {
  atlas = await startScriptedAtlas(answerStatus(0))
  gateway = await startGateway(atlas.url)
  // What is measured is a gateway that serves, not one that Node is still compiling.
  const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]))
  for (let round = 0; round < 10; round += 1)
    await post(JSON.stringify({ query: paying, variables: { input: fields } }))
})

afterAll(async () => {
  await gateway.close()
  await atlas.close()
})

const paying = 'mutation($input: PayOrderInput!) { payOrder(input: $input) { __typename } }'
const reading = 'query($o: ID!) { payment(orderNo: $o) { state } }'
const lines = '\n'.repeat(30_000)
const many = (count: number, make: (index: number) => string, separator = ' '): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator)
const unknownFields = (count: number): string => `{${many(count, (index) => `"f${index}":1`, ',')}}`
const nested = (open: string, close: string, levels: number): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`
const selecting = (fields: string): string => `{ payment(orderNo: "A1") { ${fields} } }`

/** Of each hostile request: the document, the variables as JSON text, and what the answer says. */
type Hostile = [what: string, query: string, variables: string, answer: RegExp]

const badVariable =
  /"Variable \\"\$\w+\\" has (no value|an invalid value|an unknown field)( (at|in) \\"[\w.[\]]+\\")?\."/
const badDocument = /GRAPHQL_VALIDATION_FAILED/
const tooLong = /more than 1000 tokens/

describe('costs at most 50 ms of CPU and sends nothing:', () => {
  test.each<Hostile>([
    ['5,800 unknown fields in an input', paying, `{"input":${unknownFields(5_800)}}`, badVariable],
    ['5,800 unknown fields in an order number', reading, `{"o":${unknownFields(5_800)}}`, badVariable],
    ['5,800 unknown variables', paying, unknownFields(5_800), badVariable],
    [
      'a list of 30,000 numbers for an input',
      paying,
      `{"input":[${many(30_000, () => '1', ',')}]}`,
      badVariable,
    ],
    [
      'a list of 20,000 objects for an order number',
      reading,
      `{"o":[${many(20_000, () => '{}', ',')}]}`,
      badVariable,
    ],
    [
      'lists in fields, printed to the full',
      paying,
      `{"input":{${many(900, (index) => `"f${index}":[[1,2,3,4,5,6,7,8,9,10],[1,2,3,4,5,6,7,8,9,10]]`, ',')}}}`,
      badVariable,
    ],
    ['90 levels of objects', paying, `{"input":${nested('{"a":', '}', 90)}}`, badVariable],
    ['1,000 levels of objects', paying, `{"input":${nested('{"a":', '}', 1_000)}}`, /BAD_REQUEST/],
    ['10,000 levels of objects', paying, `{"input":${nested('{"a":', '}', 10_000)}}`, /BAD_REQUEST/],
    ['30,000 levels of lists', paying, `{"input":${nested('[', ']', 30_000)}}`, /BAD_REQUEST/],
    [
      'keys of prototypes',
      paying,
      `{"__proto__":{"input":{}},"input":{"constructor":{},${many(3_500, () => '"__proto__":{}', ',')}}}`,
      badVariable,
    ],
    [
      'a string of 64,000 for an enum',
      paying,
      `{"input":{"orderNo":"A1","paymentMethod":"${'x'.repeat(64_000)}"}}`,
      badVariable,
    ],
    ['a key of 64,000', paying, `{"input":{"${'x'.repeat(64_000)}":1}}`, badVariable],
    ['a string that looks like paths', paying, `{"input":"${' at \\"a'.repeat(9_000)}"}`, badVariable],
    [
      '190 definitions of variables',
      `query(${many(190, (index) => `$v${index}: ID!`)}) { __typename }`,
      '{}',
      badDocument,
    ],
    [
      '5,000 definitions of variables',
      `query(${many(5_000, (index) => `$v${index}: ID!`)}) { __typename }`,
      '{}',
      tooLong,
    ],
    [
      'a wrong variable after 9,000 lines',
      `${'\n'.repeat(9_000)}${paying}`,
      `{"input":${unknownFields(4_000)}}`,
      badVariable,
    ],
    [
      '900 unknown fields after 30,000 lines',
      `${lines}{ ${many(900, (index) => `f${index}`)} }`,
      '{}',
      /QUERY_TOO_LARGE/,
    ],
    [
      '190 unused variables after 30,000 lines',
      `${lines}query(${many(190, (index) => `$v${index}: ID!`)}) { __typename }`,
      '{}',
      badDocument,
    ],
    [
      '300 unknown arguments',
      `{ payment(${many(300, (index) => `a${index}: 1`)}) { state } }`,
      '{}',
      badDocument,
    ],
    [
      '300 unknown fields in a literal',
      `mutation { payOrder(input: {${many(300, (index) => `a${index}: 1`)}}) { __typename } }`,
      '{}',
      badDocument,
    ],
    [
      'aliases in conflict',
      selecting(many(320, (index) => `a: ${index % 2 === 0 ? 'state' : 'orderNo'}`)),
      '{}',
      /QUERY_TOO_LARGE/,
    ],
    [
      'aliases in conflict after 30,000 lines',
      `${lines}${selecting(many(320, (index) => `a: ${index % 2 === 0 ? 'state' : 'orderNo'}`))}`,
      '{}',
      /QUERY_TOO_LARGE/,
    ],
    [
      'fragments that double, up to one that is not there',
      `{ ...F0 } ${many(75, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)}`,
      '{}',
      badDocument,
    ],
    [
      'fragments that all spread all',
      `{ ...F0 } ${many(14, (index) => `fragment F${index} on Query { ${many(14, (other) => `...F${other}`)} }`)}`,
      '{}',
      badDocument,
    ],
    [
      'a list of many texts, five times',
      `{ ${many(5, (index) => `a${index}: paymentErrorCatalog { ...F }`)} } fragment F on PaymentErrorDescription { ${many(150, (index) => `m${index}: message`)} }`,
      '{}',
      /QUERY_TOO_LARGE/,
    ],
    [
      'fragments in conflict',
      `{ payment(orderNo: "A1") { ${many(75, (index) => `...F${index}`)} } } ${many(75, (index) => `fragment F${index} on Payment { a: ${index % 2 === 0 ? 'state' : 'orderNo'} }`)}`,
      '{}',
      badDocument,
    ],
  ])('%s', async (_what, query, variables, answer) => {
    const costs: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      // Another document each time, since what was parsed and validated once is kept.
      const body = `{"query":${JSON.stringify(`#${round}\n${query}`)},"variables":${variables}}`
      expect(body.length).toBeLessThan(64 * 1024)
      const before = process.cpuUsage()
      const text = await post(body)
      const { user, system } = process.cpuUsage(before)
      costs.push((user + system) / 1_000)
      expect(text).toMatch(answer)
      // An answer that grows with its fault would cost as much again to send.
      expect(text.length).toBeLessThan(20_000)
    }
    expect(Math.min(...costs)).toBeLessThan(CPU_MAX_MS)
    expect([atlas.seen, atlas.reads]).toEqual([[], []])
  })
})

async function post(body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })
  return response.text()
}
