/** A network between a gateway and its PostgreSQL that loses answers and cuts connections when told to. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface LedgerProxy {
  /** The database behind the proxy. */
  readonly url: string
  /**
   * Lets messages reach the server until one that contains the text, that one too; from then on its connection
   * hears nothing any more. Resolves when that message has passed.
   */
  muteAfter(text: string): Promise<void>
  /** Keeps the messages of a connection back from one that contains the text. Resolves when it came. */
  holdFrom(text: string): Promise<void>
  /** Ends every connection. */
  cut(): void
  /** Ends every connection and refuses new ones. */
  close(): Promise<void>
}

export async function startLedgerProxy(databaseUrl: string): Promise<LedgerProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const rules: { text: string; kind: 'mute' | 'hold'; met: () => void }[] = []

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let isMuted = false
    let isHeld = false
    client.on('data', (bytes) => {
      const index = rules.findIndex(({ text }) => bytes.includes(text))
      const [rule] = index < 0 ? [] : rules.splice(index, 1)
      isMuted ||= rule?.kind === 'mute'
      isHeld ||= rule?.kind === 'hold'
      if (!isHeld) upstream.write(bytes)
      rule?.met()
    })
    upstream.on('data', (bytes) => {
      if (!isMuted) client.write(bytes)
    })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)

  const rule = (kind: 'mute' | 'hold', text: string): Promise<void> =>
    new Promise((met) => rules.push({ text, kind, met }))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }

  return {
    url: url.href,
    muteAfter: (text) => rule('mute', text),
    holdFrom: (text) => rule('hold', text),
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
