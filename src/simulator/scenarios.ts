/** What magic order numbers make the simulated Atlas do. One table drives the simulator and its front page. */

/** How an order stands before anybody pays it here; `missing` is an order Atlas does not know. */
export type OrderStart = 'unpaid' | 'lapsed' | 'ticketed' | 'cancelled' | 'missing'

/** What comes back on the wire. `status` is Atlas's own status in a well-formed HTTP 200 answer. */
export type Answer =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'http'; readonly httpStatus: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'silence' | 'reset' | 'broken-json' | 'wrong-echo' | 'truncated-gzip' }

export interface Scenario {
  /** The order number that asks for it; `-<anything>` may follow. */
  readonly name: string
  /** One line for people. */
  readonly description: string
  readonly start: OrderStart
  /**
   * Whether a pay.do moves money: just before its answer, `late` (slowMs after the request), or never.
   * `elsewhere` moves none here, but another payer has paid the order slowMs after the first request.
   */
  readonly money: 'none' | 'before-answer' | 'late' | 'elsewhere'
  readonly answerAfter: 'latency' | 'slow' | 'nothing'
  readonly answer: Answer
  /** The airline cancels the order as soon as it is paid. */
  readonly cancelsOncePaid?: true
  /** Other payment methods than this one just pay. */
  readonly onlyPaymentMethod?: number
}

const pays = {
  start: 'unpaid',
  money: 'before-answer',
  answerAfter: 'latency',
  answer: { kind: 'status', status: 0 },
} as const

const refuses = { ...pays, money: 'none' } as const

/** Every order number that asks for nothing special, unknown `SIM-` names included. */
export const ordinary: Scenario = { ...pays, name: 'ORDINARY', description: 'Pays.' }

/** The named scenarios. No name is another one's beginning up to a hyphen, so the first match is the only one. */
const scenarios: readonly Scenario[] = [
  {
    ...refuses,
    name: 'SIM-401',
    description: 'Answers 401; the order reads unpaid with its deadline past.',
    start: 'lapsed',
    answer: { kind: 'status', status: 401 },
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
    cancelsOncePaid: true,
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

/** What there is to ask for, for people: each name with its one line. */
export const scenarioTable: ReadonlyArray<Pick<Scenario, 'name' | 'description'>> = [
  {
    name: 'SIM-<number>',
    description:
      'Answers that status (SIM-400, SIM-9999; SIM-MINUS-1 is -1) and charges nothing; SIM-0 just pays.',
  },
  ...scenarios,
]

/** What an order number asks for; `ordinary` when nothing. Case matters, as it does for Atlas. */
export function scenarioOf(orderNo: string): Scenario {
  return scenarios.find(({ name }) => isAskedFor(name, orderNo)) ?? statusScenarioOf(orderNo)
}

function isAskedFor(name: string, orderNo: string): boolean {
  return orderNo === name || orderNo.startsWith(`${name}-`)
}

/** Fifteen digits at most, so that every number is an exact integer. */
const statusPattern = /^SIM-(?<minus>MINUS-)?(?<digits>\d{1,15})(?:-|$)/

function statusScenarioOf(orderNo: string): Scenario {
  const match = statusPattern.exec(orderNo)
  if (match === null) return ordinary
  const magnitude = Number(match.groups?.['digits'])
  if (magnitude === 0) return ordinary
  const status = match.groups?.['minus'] === undefined ? magnitude : -magnitude
  return {
    ...refuses,
    name: status < 0 ? `SIM-MINUS-${magnitude}` : `SIM-${magnitude}`,
    description: `Answers ${status}; not charged.`,
    answer: { kind: 'status', status },
  }
}
