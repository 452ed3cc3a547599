/** The example pay page, built and served on a free port of loopback, in front of a gateway. */

import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'

export interface CheckoutPage {
  readonly url: string
  close(): Promise<void>
}

const root = 'examples/checkout'

/** Builds once; each `serve` puts the same build in front of another gateway. */
export async function buildCheckoutPage() {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-page-'))
  const options = { configFile: `${root}/vite.config.ts`, logLevel: 'error' } as const
  await build({ ...options, build: { outDir: folder, emptyOutDir: true } })
  return {
    async serve(gatewayUrl: string): Promise<CheckoutPage> {
      const { httpServer, close } = await preview({
        ...options,
        build: { outDir: folder },
        preview: { host: '127.0.0.1', port: 0, proxy: { '/graphql': gatewayUrl } },
      })
      const { port } = httpServer.address() as AddressInfo
      return { url: `http://127.0.0.1:${port}/`, close }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
