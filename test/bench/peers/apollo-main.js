/** Apollo Server, standalone: `node apollo-main.js <upstream> undici|fetch`. */

import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { createPayOrder } from './call-atlas.js'
import { createResolvers, typeDefs } from './schema.js'

const [, , upstream, client] = process.argv
const server = new ApolloServer({ typeDefs, resolvers: createResolvers(createPayOrder(upstream, client)) })
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
process.stdout.write(`ready ${new URL(url).origin}\n`)
