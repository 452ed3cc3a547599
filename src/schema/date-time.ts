/** The DateTime scalar. Output only: no input of this schema is an instant. */

import { builder } from './builder.ts'

export const DateTime = builder.scalarType('DateTime', {
  description: 'An instant in UTC as RFC 3339 with milliseconds, e.g. `2026-11-23T08:15:30.125Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (instant) => instant.toISOString(),
})
