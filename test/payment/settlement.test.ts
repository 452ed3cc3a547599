import { describe, expect, test } from 'vitest'
import {
  applyChange,
  type AttemptChange,
  newAttempt,
  type PaymentAttempt,
} from '../../src/payment/payment-attempt.ts'
import type { PaymentErrorCode } from '../../src/payment/payment-outcome.ts'
import type { PaymentMethod } from '../../src/payment/payment-request.ts'
import type { OrderReading } from '../../src/payment/ports.ts'
import { nextReadAfterMs } from '../../src/payment/read-back.ts'
import { changeTo, RELEASE_READS_MIN, type Settlement, settle } from '../../src/payment/settlement.ts'

const claimedAt = new Date('2026-11-23T08:00:00.000Z')
const deadlineAt = new Date('2026-11-23T08:00:35.000Z')
const at = new Date('2026-11-23T08:01:00.000Z')
const releaseUnpaidAfterMs = 120_000

const paid: OrderReading = { kind: 'paid', paymentMethod: 'BALANCE', pnrCode: 'ROWFRI' }
const unpaid: OrderReading = { kind: 'unpaid', chargeStarted: false }

/** An attempt whose outcome is unknown, for the reason that a code tells. */
function unknown(
  code: PaymentErrorCode,
  paymentMethod: PaymentMethod = 'BALANCE',
  paymentId = 'p2',
): PaymentAttempt {
  const request = {
    orderNo: 'A1',
    paymentMethod,
    clientOrderNo: null,
    requestSource: null,
    card: null,
    expectedTotal: null,
  }
  const attempt = newAttempt(request, { paymentId, caller: 'test', at: claimedAt, deadlineAt })
  return applyChange(attempt, changeTo(attempt, 'UNKNOWN', claimedAt, { code, requestStarted: true }))
}

/** An attempt that was lost and released before. */
function released(paymentMethod: PaymentMethod = 'BALANCE'): PaymentAttempt {
  const attempt = unknown('OUTCOME_UNKNOWN', paymentMethod, 'p1')
  return applyChange(attempt, changeTo(attempt, 'NOT_PAID', claimedAt, { code: 'PAYMENT_NOT_APPLIED' }))
}

function settleAt(
  attempt: PaymentAttempt,
  reading: OrderReading,
  others: readonly PaymentAttempt[] = [],
  now = at,
) {
  return settle(attempt, reading, { at: now, steadySince: new Date(0), releaseUnpaidAfterMs, others })
}

/** A change that rests on what the attempt was when it was judged. */
function judged(attempt: PaymentAttempt, ...change: ChangeArguments): AttemptChange {
  const [state, now, known] = change
  return changeTo(attempt, state, now, { ifCode: attempt.code!, ...known })
}

type ChangeArguments = Parameters<typeof changeTo> extends [unknown, ...infer Rest] ? Rest : never

/** What a settlement says, in short: each change as id, state and code. */
function summary(settlement: ReturnType<typeof settle>) {
  return settlement.kind === 'deferred'
    ? settlement
    : {
        told: settlement.told,
        changes: settlement.changes.map(({ paymentId, state, code, evidence }) => [
          paymentId,
          state,
          code,
          evidence,
        ]),
      }
}

const readback = 'ORDER_READBACK'

describe('an order that reads as paid', () => {
  test.each(['OUTCOME_UNKNOWN', 'PAYMENT_GATEWAY_ERROR'] as const)(
    'is the success of a lost payment (%s)',
    (code) => {
      expect(settleAt(unknown(code), paid)).toEqual({
        kind: 'settled',
        told: 'p2',
        changes: [
          {
            paymentId: 'p2',
            state: 'PAID',
            at,
            code: null,
            reason: 'READBACK',
            evidence: readback,
            atlasStatus: null,
            pnrCode: 'ROWFRI',
            retryAfterSeconds: null,
            requestStarted: null,
            ifCode: code,
          },
        ],
      })
    },
  )

  test('is the success of a lost payment when Atlas does not say how it was paid', () => {
    expect(summary(settleAt(unknown('OUTCOME_UNKNOWN'), { ...paid, paymentMethod: null }))).toEqual({
      told: 'p2',
      changes: [['p2', 'PAID', null, readback]],
    })
  })

  test.each(['OUTCOME_UNKNOWN', 'PAYMENT_GATEWAY_ERROR'] as const)(
    'by another method was paid by our earlier attempt by that, which was lost and released (%s)',
    (code) => {
      expect(summary(settleAt(unknown(code, 'MOR'), paid, [released()]))).toEqual({
        told: 'p1',
        changes: [
          ['p2', 'NOT_PAID', 'ORDER_ALREADY_PAID', null],
          ['p1', 'PAID', null, readback],
        ],
      })
    },
  )

  test('by another method was paid by somebody else', () => {
    expect(summary(settleAt(unknown('OUTCOME_UNKNOWN', 'MOR'), paid))).toEqual({
      told: 'p2',
      changes: [['p2', 'PAID', 'ORDER_ALREADY_PAID', null]],
    })
  })

  test.each([
    ['ORDER_ALREADY_PAID', 'ORDER_ALREADY_PAID'],
    ['PAYMENT_IN_PROGRESS', 'ORDER_ALREADY_PAID'],
    ['ORDER_NOT_PAYABLE', 'ORDER_NOT_PAYABLE'],
  ] as const)('after a refusal with %s is paid, and %s', (code, told) => {
    expect(summary(settleAt(unknown(code), paid))).toEqual({
      told: 'p2',
      changes: [['p2', 'PAID', told, null]],
    })
  })

  test.each([
    'ORDER_ALREADY_PAID',
    'PAYMENT_IN_PROGRESS',
    'ORDER_NOT_PAYABLE',
    'PAYMENT_DEADLINE_PASSED',
    'ATLAS_RATE_LIMITED',
  ] as const)(
    'after a refusal with %s is the success of our own attempt that was lost and released',
    (code) => {
      expect(summary(settleAt(unknown(code), paid, [released()]))).toEqual({
        told: 'p1',
        changes: [
          ['p2', 'NOT_PAID', 'ORDER_ALREADY_PAID', null],
          ['p1', 'PAID', null, readback],
        ],
      })
    },
  )

  test('by another method than the lost attempt is not its success', () => {
    expect(summary(settleAt(unknown('ORDER_ALREADY_PAID', 'MOR'), paid, [released('BYOA')]))).toEqual({
      told: 'p2',
      changes: [['p2', 'PAID', 'ORDER_ALREADY_PAID', null]],
    })
  })
})

const codes = [
  'OUTCOME_UNKNOWN',
  'PAYMENT_GATEWAY_ERROR',
  'ORDER_ALREADY_PAID',
  'PAYMENT_IN_PROGRESS',
  'ORDER_NOT_PAYABLE',
] as const

describe('an order that reads as cancelled', () => {
  const cancelledOf = (paymentId: string) => [paymentId, 'PAID', 'ORDER_CANCELLED_AFTER_PAYMENT', null]

  test.each(codes)('after payment (%s) is told as such, never as NOT_PAID', (code) => {
    expect(summary(settleAt(unknown(code), { kind: 'cancelled', paid: true }))).toEqual({
      told: 'p2',
      changes: [cancelledOf('p2')],
    })
  })

  test.each([
    ['ORDER_ALREADY_PAID', 'ORDER_ALREADY_PAID'],
    ['PAYMENT_IN_PROGRESS', 'ORDER_ALREADY_PAID'],
    ['ORDER_NOT_PAYABLE', 'ORDER_NOT_PAYABLE'],
    ['PAYMENT_DEADLINE_PASSED', 'PAYMENT_DEADLINE_PASSED'],
    ['ATLAS_RATE_LIMITED', 'ATLAS_RATE_LIMITED'],
  ] as const)('after a refusal (%s) was paid by our own attempt that was lost and released', (code, kept) => {
    const own = { changes: [['p2', 'NOT_PAID', kept, null], cancelledOf('p1')], told: 'p1' }
    expect(summary(settleAt(unknown(code), { kind: 'cancelled', paid: true }, [released('MOR')]))).toEqual(
      own,
    )
  })

  test('and shows no payment, although Atlas called it paid, tells of the lost attempt that explains it', () => {
    const reading = { kind: 'cancelled', paid: false } as const
    expect(summary(settleAt(unknown('ORDER_ALREADY_PAID'), reading, [released()]))).toEqual({
      told: 'p1',
      changes: [['p2', 'NOT_PAID', 'ORDER_ALREADY_PAID', null], cancelledOf('p1')],
    })
  })

  test.each(['OUTCOME_UNKNOWN', 'PAYMENT_GATEWAY_ERROR'] as const)(
    'after a payment that may have charged (%s) was paid by that one, also after another lost one',
    (code) => {
      expect(summary(settleAt(unknown(code), { kind: 'cancelled', paid: true }, [released()]))).toEqual({
        told: 'p2',
        changes: [cancelledOf('p2')],
      })
    },
  )

  test('and shows no payment, although Atlas called it paid, is for a person to look at', () => {
    expect(summary(settleAt(unknown('ORDER_ALREADY_PAID'), { kind: 'cancelled', paid: false }))).toEqual({
      told: 'p2',
      changes: [cancelledOf('p2')],
    })
  })

  test.each(codes.filter((code) => code !== 'ORDER_ALREADY_PAID'))(
    'and never paid (%s) was not paid',
    (code) => {
      expect(summary(settleAt(unknown(code), { kind: 'cancelled', paid: false }))).toEqual({
        told: 'p2',
        changes: [['p2', 'NOT_PAID', 'ORDER_NOT_PAYABLE', null]],
      })
    },
  )

  test.each([
    ['alone', []],
    ['after a lost payment', [released()]],
  ] as const)('and never paid leaves a final refusal as it was: %s', (_what, others) => {
    const refused = unknown('PAYMENT_DEADLINE_PASSED')
    expect(settleAt(refused, { kind: 'cancelled', paid: false }, others)).toEqual({
      kind: 'settled',
      told: 'p2',
      changes: [judged(refused, 'NOT_PAID', at, { code: 'PAYMENT_DEADLINE_PASSED' })],
    })
  })

  test('and never paid is not to be paid again, although Atlas refused it for the time being', () => {
    const limited = { ...unknown('ATLAS_RATE_LIMITED'), retryAfterSeconds: 17 }
    expect(settleAt(limited, { kind: 'cancelled', paid: false }, [released()])).toEqual({
      kind: 'settled',
      told: 'p2',
      changes: [judged(limited, 'NOT_PAID', at, { code: 'ORDER_NOT_PAYABLE' })],
    })
  })
})

describe('an order that reads as unpaid', () => {
  test.each([
    ['ORDER_NOT_PAYABLE', 'BALANCE'],
    ['ORDER_NOT_PAYABLE', 'MOR'],
    ['PAYMENT_GATEWAY_ERROR', 'BALANCE'],
    ['PAYMENT_DEADLINE_PASSED', 'BALANCE'],
    ['CARD_NOT_SUPPORTED', 'VCC_PASSTHROUGH'],
  ] as const)(
    'settles a documented refusal after a lost payment with the third readback, even early: %s with %s',
    (code, method) => {
      const early = new Date(claimedAt.getTime() + 500)
      const others = [released()]
      const first = settleAt(unknown(code, method), unpaid, others, early)
      expect(first).toEqual({ kind: 'deferred', unpaidReads: 1, unpaidSince: early })
      const counted = { ...unknown(code, method), unpaidReads: RELEASE_READS_MIN - 1, unpaidSince: early }
      expect(summary(settleAt(counted, unpaid, others, early))).toEqual({
        told: 'p2',
        changes: [['p2', 'NOT_PAID', code, null]],
      })
    },
  )

  test('keeps the wait that Atlas asked for with its refusal', () => {
    const limited = {
      ...unknown('ATLAS_RATE_LIMITED'),
      retryAfterSeconds: 17,
      unpaidReads: 2,
      unpaidSince: at,
    }
    expect(settleAt(limited, unpaid, [released()])).toMatchObject({
      changes: [{ state: 'NOT_PAID', code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 17 }],
    })
  })

  test.each([
    ['OUTCOME_UNKNOWN', 'BALANCE'],
    ['ORDER_ALREADY_PAID', 'BALANCE'],
    ['PAYMENT_IN_PROGRESS', 'BALANCE'],
    // The airline may still charge a card.
    ['PAYMENT_GATEWAY_ERROR', 'VCC_PASSTHROUGH'],
  ] as const)('only begins to count for %s with %s', (code, method) => {
    expect(settleAt(unknown(code, method), unpaid)).toEqual({
      kind: 'deferred',
      unpaidReads: 1,
      unpaidSince: at,
    })
  })

  test('counts for nothing while the request can still be leaving', () => {
    const early = new Date(deadlineAt.getTime() - 1)
    expect(settleAt(unknown('OUTCOME_UNKNOWN'), unpaid, [], early)).toEqual({
      kind: 'deferred',
      unpaidReads: 0,
      unpaidSince: null,
    })
  })

  test('with a charge that has begun makes the count begin anew', () => {
    const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads: 2, unpaidSince: claimedAt }
    expect(settleAt(counted, { kind: 'unpaid', chargeStarted: true })).toEqual({
      kind: 'deferred',
      unpaidReads: 0,
      unpaidSince: null,
    })
  })

  const since = new Date(at.getTime() - releaseUnpaidAfterMs)

  test.each([
    ['too few reads', RELEASE_READS_MIN - 2, since],
    ['too short a time', 10, new Date(since.getTime() + 1)],
  ])('is not released after %s', (_what, unpaidReads, unpaidSince) => {
    const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads, unpaidSince }
    expect(settleAt(counted, unpaid)).toEqual({ kind: 'deferred', unpaidReads: unpaidReads + 1, unpaidSince })
  })

  test.each([
    ['OUTCOME_UNKNOWN', 'PAYMENT_NOT_APPLIED'],
    ['PAYMENT_IN_PROGRESS', 'PAYMENT_NOT_APPLIED'],
    ['PAYMENT_GATEWAY_ERROR', 'PAYMENT_NOT_APPLIED'],
  ] as const)('is released after three reads over the whole time: %s becomes %s', (code, told) => {
    const counted = { ...unknown(code, 'MOR'), unpaidReads: RELEASE_READS_MIN - 1, unpaidSince: since }
    const settlement = settleAt(counted, unpaid)
    expect(summary(settlement)).toEqual({ told: 'p2', changes: [['p2', 'NOT_PAID', told, null]] })
    // It rests on the readbacks counted so far: another one in between voids it.
    expect(settlement).toMatchObject({
      changes: [{ reason: 'RELEASED', ifReads: { reads: 0, unpaidReads: RELEASE_READS_MIN - 1 } }],
    })
  })

  test.each([
    ['for as long as that', 0, true],
    ['a moment less', 1, false],
  ])('is released by a time that is known to have run as it should %s', (_what, lessMs, isReleased) => {
    const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads: 10, unpaidSince: new Date(0) }
    const steadySince = new Date(since.getTime() + lessMs)
    const settlement = settle(counted, unpaid, { at, steadySince, releaseUnpaidAfterMs, others: [] })
    expect(settlement.kind).toBe(isReleased ? 'settled' : 'deferred')
    // It is the time that is not known, not the row of readbacks: other instances may know it.
    if (!isReleased) expect(settlement).toMatchObject({ unpaidReads: 11, unpaidSince: new Date(0) })
  })

  test.each([
    ['nothing is counted by it', 1_999, 10],
    ['it counts', 2_000, 11],
  ])(
    'that is read when time has run as it should for a while: %s after %i ms',
    (_what, steadyMs, unpaidReads) => {
      const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads: 10, unpaidSince: claimedAt }
      const steadySince = new Date(at.getTime() - steadyMs)
      expect(settle(counted, unpaid, { at, steadySince, releaseUnpaidAfterMs, others: [] })).toEqual({
        kind: 'deferred',
        unpaidReads,
        unpaidSince: claimedAt,
      })
    },
  )

  test('is not released while its request could still be leaving, as far as time is known', () => {
    const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads: 10, unpaidSince: new Date(0) }
    const leavingMs = counted.deadlineAt.getTime() - counted.claimedAt.getTime()
    const settleSteady = (steadyMs: number): Settlement['kind'] => {
      const steadySince = new Date(at.getTime() - steadyMs)
      return settle(counted, unpaid, { at, steadySince, releaseUnpaidAfterMs: 0, others: [] }).kind
    }
    expect([settleSteady(leavingMs - 1), settleSteady(leavingMs)]).toEqual(['deferred', 'settled'])
  })

  test('of an attempt that was claimed later than now counts once its request has surely left', () => {
    const later = (date: Date): Date => new Date(date.getTime() + 86_400_000)
    const attempt = unknown('OUTCOME_UNKNOWN')
    const leavingMs = attempt.deadlineAt.getTime() - attempt.claimedAt.getTime()
    const ahead = { ...attempt, claimedAt: later(attempt.claimedAt), deadlineAt: later(attempt.deadlineAt) }
    const settleSteady = (steadyMs: number): Settlement => {
      const steadySince = new Date(at.getTime() - steadyMs)
      return settle(ahead, unpaid, { at, steadySince, releaseUnpaidAfterMs, others: [] })
    }
    expect(settleSteady(leavingMs - 1)).toEqual({ kind: 'deferred', unpaidReads: 0, unpaidSince: null })
    expect(settleSteady(leavingMs)).toEqual({ kind: 'deferred', unpaidReads: 1, unpaidSince: at })
  })

  test('begins its row now when that began later than now, before the clock was set back', () => {
    const later = new Date(at.getTime() + 3_600_000)
    const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads: 10, unpaidSince: later }
    expect(settleAt(counted, unpaid)).toEqual({ kind: 'deferred', unpaidReads: 11, unpaidSince: at })
  })

  test('is never released when Atlas called it paid', () => {
    const counted = { ...unknown('ORDER_ALREADY_PAID'), unpaidReads: 1_000, unpaidSince: claimedAt }
    expect(settleAt(counted, unpaid, [], new Date('2027-11-23T08:00:00.000Z'))).toMatchObject({
      kind: 'deferred',
    })
  })

  test('is never released when the settings say never', () => {
    const counted = { ...unknown('OUTCOME_UNKNOWN'), unpaidReads: 1_000, unpaidSince: claimedAt }
    const late = new Date('2027-11-23T08:00:00.000Z')
    expect(
      settle(counted, unpaid, { at: late, steadySince: new Date(0), releaseUnpaidAfterMs: null, others: [] }),
    ).toEqual({
      kind: 'deferred',
      unpaidReads: 1_001,
      unpaidSince: claimedAt,
    })
  })
})

test.each(codes)('an unreadable order changes nothing (%s)', (code) => {
  const counted = { ...unknown(code), unpaidReads: 2, unpaidSince: claimedAt }
  expect(settleAt(counted, { kind: 'unreadable' })).toEqual({
    kind: 'deferred',
    unpaidReads: 2,
    unpaidSince: claimedAt,
  })
})

describe('an order that Atlas called paid', () => {
  const calledPaid = { ...unknown('ORDER_ALREADY_PAID'), reads: RELEASE_READS_MIN }
  const early = new Date(deadlineAt.getTime() - 1)

  const unreadable: OrderReading = { kind: 'unreadable' }

  test.each([0, 1, RELEASE_READS_MIN - 1])(
    'is taken as paid once three readbacks more than those that said unpaid told nothing: %d',
    (unpaidReads) => {
      const counted = { ...calledPaid, unpaidReads, unpaidSince: claimedAt }
      const tooFew = { ...counted, reads: unpaidReads + RELEASE_READS_MIN - 1 }
      expect(settleAt(tooFew, unreadable)).toEqual({ kind: 'deferred', unpaidReads, unpaidSince: claimedAt })
      const reads = unpaidReads + RELEASE_READS_MIN
      // It rests on the readbacks counted so far: another one in between voids it.
      expect(settleAt({ ...counted, reads }, unreadable)).toEqual({
        kind: 'settled',
        told: 'p2',
        changes: [
          judged(counted, 'PAID', at, { code: 'ORDER_ALREADY_PAID', ifReads: { reads, unpaidReads } }),
        ],
      })
    },
  )

  test.each([
    ['', false, at],
    [', while the request could be leaving', false, early],
    [', with a charge that has begun', true, at],
  ])('is contradicted by a readback that says unpaid%s', (_when, chargeStarted, now) => {
    expect(settleAt(calledPaid, { kind: 'unpaid', chargeStarted }, [], now)).toEqual({
      kind: 'deferred',
      unpaidReads: 1,
      unpaidSince: now,
    })
  })

  test('stays unknown once three readbacks said unpaid', () => {
    const contradicted = { unpaidReads: RELEASE_READS_MIN, unpaidSince: claimedAt }
    expect(settleAt({ ...calledPaid, ...contradicted, reads: 1_000 }, unreadable)).toEqual({
      kind: 'deferred',
      ...contradicted,
    })
  })
})

describe('a final refusal that was held open', () => {
  const limited = { ...unknown('ATLAS_RATE_LIMITED'), retryAfterSeconds: 17 }
  const notPaid: readonly (readonly [string, OrderReading])[] = [
    ['unpaid', unpaid],
    ['unpaid with a charge that has begun', { kind: 'unpaid', chargeStarted: true }],
    ['unreadable', { kind: 'unreadable' }],
  ]

  test.each(notPaid)('stands at once when no payment before it was lost: %s', (_state, reading) => {
    for (const others of [[], [released406()]]) {
      expect(settleAt(limited, reading, others)).toEqual({
        kind: 'settled',
        told: 'p2',
        changes: [judged(limited, 'NOT_PAID', at, { code: 'ATLAS_RATE_LIMITED', retryAfterSeconds: 17 })],
      })
    }
  })

  test.each(notPaid)('does not when one was lost and released: %s', (_state, reading) => {
    expect(settleAt({ ...limited, reads: 1_000 }, reading, [released()]).kind).toBe('deferred')
  })
})

/** An attempt that Atlas only refused, as being paid already, and that was released. */
function released406(): PaymentAttempt {
  const refused = unknown('PAYMENT_IN_PROGRESS', 'BALANCE', 'p1')
  return applyChange(refused, changeTo(refused, 'NOT_PAID', claimedAt, { code: 'PAYMENT_NOT_APPLIED' }))
}

test('an attempt that was only refused is not taken for one that was lost', () => {
  expect(summary(settleAt(unknown('ORDER_ALREADY_PAID'), paid, [released(), released406()]))).toMatchObject({
    changes: [
      ['p2', 'NOT_PAID', 'ORDER_ALREADY_PAID', null],
      ['p1', 'PAID', null, readback],
    ],
  })
  expect(summary(settleAt(unknown('ORDER_ALREADY_PAID'), paid, [released406()]))).toEqual({
    told: 'p2',
    changes: [['p2', 'PAID', 'ORDER_ALREADY_PAID', null]],
  })
})

test('readbacks slow down with their number and with the age of the attempt', () => {
  const minute = 60_000
  expect([0, 1, 2, 3, 4, 5, 100].map((reads) => nextReadAfterMs(reads, 0, 2_000))).toEqual([
    2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ])
  expect([9, 10, 59, 60, 10_000].map((age) => nextReadAfterMs(100, age * minute, 2_000))).toEqual([
    30_000,
    2 * minute,
    2 * minute,
    10 * minute,
    10 * minute,
  ])
})
