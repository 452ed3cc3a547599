/** Scenarios of pay.do: what it answers, whether money moved, and what is lost on the way back. */

import { pays, refuses, type Scenario } from './scenario.ts'

export const payingScenarios: readonly Scenario[] = [
  {
    ...refuses,
    name: 'SIM-401',
    description: 'Answers 401; the order reads unpaid with its deadline past.',
    start: 'lapsed',
    answer: { kind: 'status', status: 401 },
  },
  {
    ...pays,
    name: 'SIM-DEADLINE-SOON',
    description: 'Pays for 60 seconds from its first sight, then answers 401 and reads unpaid.',
    payWindowMs: 60_000,
  },
  {
    ...refuses,
    name: 'SIM-402',
    description: 'Answers 402; the order was paid and ticketed before.',
    start: 'ticketed',
    answer: { kind: 'status', status: 402 },
  },
  {
    ...refuses,
    name: 'SIM-404',
    description: 'Answers 404; the order was paid and ticketed before.',
    start: 'ticketed',
    answer: { kind: 'status', status: 404 },
  },
  {
    ...refuses,
    name: 'SIM-405',
    description: 'Answers 405; the order reads cancelled and was never paid.',
    start: 'cancelled',
    answer: { kind: 'status', status: 405 },
  },
  {
    ...refuses,
    name: 'SIM-406',
    description:
      'Answers 406; somebody else is paying the order, it reads paid slowMs after the first pay.do.',
    money: 'elsewhere',
    answer: { kind: 'status', status: 406 },
  },
  {
    ...pays,
    name: 'SIM-411-PAID',
    description: 'Answers 411 although the order was charged and reads paid.',
    answer: { kind: 'status', status: 411 },
  },
  {
    ...refuses,
    name: 'SIM-800',
    description: 'Answers 800, to the query too: the order does not exist.',
    start: 'missing',
    answer: { kind: 'status', status: 800 },
  },
  {
    ...refuses,
    name: 'SIM-BALANCE',
    description: 'Answers 411 to paymentMethod 1 (balance too low); other methods pay.',
    answer: { kind: 'status', status: 411 },
    onlyPaymentMethod: 1,
  },
  { ...pays, name: 'SIM-SLOW', description: 'Pays, and answers after slowMs.', answerAfter: 'slow' },
  {
    ...refuses,
    name: 'SIM-HANG-BEFORE-CHARGE',
    description: 'Never answers; not charged.',
    answer: { kind: 'silence' },
  },
  {
    ...pays,
    name: 'SIM-HANG-AFTER-CHARGE',
    description: 'Never answers; charged.',
    answer: { kind: 'silence' },
  },
  {
    ...pays,
    name: 'SIM-LATE-CHARGE',
    description: 'Resets the connection at once; charged slowMs later, unpaid until then.',
    money: 'late',
    answerAfter: 'nothing',
    answer: { kind: 'reset' },
  },
  {
    ...refuses,
    name: 'SIM-RESET-BEFORE-CHARGE',
    description: 'Resets the connection; not charged.',
    answer: { kind: 'reset' },
  },
  {
    ...pays,
    name: 'SIM-RESET-AFTER-CHARGE',
    description: 'Resets the connection; charged.',
    answer: { kind: 'reset' },
  },
  {
    ...pays,
    name: 'SIM-CANCELLED-AFTER-PAYMENT',
    description:
      'Charged, then resets the connection; the order reads cancelled (603) with its payment time.',
    answer: { kind: 'reset' },
    ticketing: { outcome: 'cancelled', errorCode: '603', delayFactor: 0 },
  },
  {
    ...refuses,
    name: 'SIM-HTTP-403',
    description: 'HTTP 403 with an HTML page; not charged.',
    answer: { kind: 'http', httpStatus: 403 },
  },
  {
    ...refuses,
    name: 'SIM-HTTP-429',
    description: 'HTTP 429 with retry-after: 7; not charged.',
    answer: { kind: 'http', httpStatus: 429, retryAfterSeconds: 7 },
  },
  {
    ...pays,
    name: 'SIM-HTTP-500',
    description: 'HTTP 500 with an HTML page; charged.',
    answer: { kind: 'http', httpStatus: 500 },
  },
  {
    ...refuses,
    name: 'SIM-HTTP-503',
    description: 'HTTP 503 with an HTML page; not charged.',
    answer: { kind: 'http', httpStatus: 503 },
  },
  {
    ...pays,
    name: 'SIM-BROKEN-JSON',
    description: 'Answers half a JSON text; charged.',
    answer: { kind: 'broken-json' },
  },
  {
    ...pays,
    name: 'SIM-WRONG-ECHO',
    description: 'Answers success for another order number; charged.',
    answer: { kind: 'wrong-echo' },
  },
  {
    ...pays,
    name: 'SIM-TRUNCATED-GZIP',
    description: 'Answers half a gzip stream; charged.',
    answer: { kind: 'truncated-gzip' },
  },
]
