/** Serves and builds the page. GATEWAY_URL names the gateway that `/graphql` goes to. */

import { fileURLToPath } from 'node:url'
import { defineConfig, loadEnv } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig(({ mode }) => {
  const { GATEWAY_URL = 'http://127.0.0.1:4000' } = loadEnv(mode, root, 'GATEWAY_')
  return {
    root,
    // The page and the gateway share an origin, so the gateway needs no CORS.
    server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy: { '/graphql': GATEWAY_URL } },
  }
})
