/** The gateway as the page speaks to it: same origin, no cache, one language. */

import { Client, fetchExchange } from 'urql'
import type { Language } from './language.ts'

/**
 * A cache would show what an order was. Nothing retries by itself: what is sent again is for the person to say.
 * Subscriptions come as server-sent events.
 */
export function createClient(language: Language): Client {
  return new Client({
    url: '/graphql',
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetchSubscriptions: true,
    fetchOptions: { headers: { 'accept-language': language } },
  })
}
