/** Mercurius on Fastify: `node mercurius-main.js <upstream> plain|jit`. */

import Fastify from 'fastify'
import mercurius from 'mercurius'
import { createPayOrder } from './call-atlas.js'
import { createResolvers, typeDefs } from './schema.js'

const [, , upstream, mode] = process.argv
const { PaymentResult, ...resolvers } = createResolvers(createPayOrder(upstream, 'undici'))
const app = Fastify()
app.register(mercurius, {
  schema: typeDefs,
  resolvers: { ...resolvers, PaymentResult: { resolveType: PaymentResult.__resolveType } },
  // A query is compiled when it came so often.
  ...(mode === 'jit' && { jit: 1 }),
})
process.stdout.write(`ready ${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)
