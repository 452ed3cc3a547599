/** A network between a gateway and its PostgreSQL that loses answers and cuts connections when told to. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface LedgerProxy {
  /** The database behind the proxy. */
  readonly url: string
  /**
   * Waits for a message that contains the text and lets it pass; from then on its connection hears nothing any
   * more. Resolves when the message has passed.
   */
  muteAfter(text: string): Promise<void>
  /** Waits for a message that contains the text and keeps it back. Resolves with what lets it pass. */
  holdAt(text: string): Promise<() => void>
  /** Ends every connection. */
  cut(): void
  /** Ends every connection and refuses new ones. */
  close(): Promise<void>
}

/** What is done with a message that was waited for. */
interface Rule {
  readonly text: string
  meet(message: { pass(): void; mute(): void }): void
}

export async function startLedgerProxy(databaseUrl: string): Promise<LedgerProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const rules: Rule[] = []

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let isMuted = false
    const mute = (): void => {
      isMuted = true
    }
    client.on('data', (bytes) => {
      const pass = (): void => void upstream.write(bytes)
      const index = rules.findIndex(({ text }) => bytes.includes(text))
      if (index < 0) pass()
      else rules.splice(index, 1)[0]!.meet({ pass, mute })
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

  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }

  return {
    url: url.href,
    muteAfter: (text) =>
      new Promise((resolve) => {
        const meet: Rule['meet'] = ({ pass, mute }) => {
          mute()
          pass()
          resolve()
        }
        rules.push({ text, meet })
      }),
    holdAt: (text) => new Promise((resolve) => rules.push({ text, meet: ({ pass }) => resolve(pass) })),
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
