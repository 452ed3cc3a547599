/** Scenarios of queryOrderDetails.do: readings that contradict themselves, tell nothing, or never come. */

import { pays, refuses, type Scenario } from './scenario.ts'

export const readingScenarios: readonly Scenario[] = [
  {
    ...pays,
    name: 'SIM-TICKETLESS',
    description: 'Pays; once paid it reads ticketed (2) with ticketStatus 0, and no ticket ever comes.',
    reads: { kind: 'ticketless' },
    ticketing: { outcome: 'pending', errorCode: null, delayFactor: 1 },
  },
  {
    ...refuses,
    name: 'SIM-CONTRADICTORY',
    description: 'Answers 406; the order reads unpaid with a payment time, and nothing is charged.',
    answer: { kind: 'status', status: 406 },
    reads: { kind: 'contradictory' },
  },
  {
    ...refuses,
    name: 'SIM-CHARGE-STARTED',
    description: 'Answers 406; the order reads unpaid with paymentAttempted true, and nothing is charged.',
    answer: { kind: 'status', status: 406 },
    reads: { kind: 'charge-started' },
  },
  {
    ...refuses,
    name: 'SIM-CANCELLED-WITH-TICKETS',
    description: 'Answers 402; the order was paid and ticketed before, and reads cancelled with its tickets.',
    start: 'cancelled-with-tickets',
    answer: { kind: 'status', status: 402 },
  },
  {
    ...refuses,
    name: 'SIM-NULLS',
    description: 'Answers 800; the order does not exist, and the query says so by status 0 and nulls.',
    start: 'missing',
    answer: { kind: 'status', status: 800 },
    reads: { kind: 'nulls' },
  },
  {
    ...pays,
    name: 'SIM-READS-STRANGE',
    description: 'Pays; the query tells orderStatus 7, which nobody knows.',
    reads: { kind: 'strange-status' },
  },
  {
    ...pays,
    name: 'SIM-READS-OTHER',
    description: 'Pays; the query names another order.',
    reads: { kind: 'other-order' },
  },
  {
    ...pays,
    name: 'SIM-READS-HTTP-500',
    description: 'Pays; the query answers HTTP 500 with an HTML page.',
    reads: { kind: 'http', httpStatus: 500 },
  },
  {
    ...pays,
    name: 'SIM-READS-HTTP-429',
    description: 'Pays; the query answers HTTP 429 with retry-after: 7.',
    reads: { kind: 'http', httpStatus: 429, retryAfterSeconds: 7 },
  },
  {
    ...pays,
    name: 'SIM-READS-HANG',
    description: 'Pays; the query never answers.',
    reads: { kind: 'silence' },
  },
]
