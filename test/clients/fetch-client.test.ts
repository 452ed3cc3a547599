import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createFetchClient } from './fetch-client.ts'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** Follows an order at a server that sends this stream byte by byte. Answers the states that were told. */
async function follow(stream: string, states: string[]): Promise<string[]> {
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const byte of Buffer.from(stream)) response.write(Buffer.of(byte))
    response.end()
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  await createFetchClient({ url, language: 'en' }).follow('A1', ({ state }) => states.push(state))
  return states
}

const told = (state: string): string =>
  `event: next\ndata: ${JSON.stringify({ data: { orderProgress: { state } } })}\n\n`

test('events are read wherever the network cuts them, and comments are no events', async () => {
  const stream = `:\n\n${told('未付')}:\n\n${told('TICKETED')}event: complete\ndata:\n\n${told('AFTER')}`
  expect(await follow(stream, [])).toEqual(['未付', 'TICKETED'])
})

test('a stream that is cut is not taken for an end', async () => {
  const states: string[] = []
  const following = follow(`${told('UNPAID')}event: next\ndata: {"da`, states)
  await expect(following).rejects.toThrow('The connection ended before the order did')
  expect(states).toEqual(['UNPAID'])
})
