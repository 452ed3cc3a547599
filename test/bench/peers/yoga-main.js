/** graphql-yoga as it comes: `node yoga-main.js <upstream>`. */

import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { createPayOrder } from './call-atlas.js'
import { createResolvers, typeDefs } from './schema.js'

const [, , upstream] = process.argv
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers: createResolvers(createPayOrder(upstream, 'undici')) }),
})
const server = createServer(yoga)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})
