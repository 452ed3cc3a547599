import { describe, expect, test } from 'vitest'
import { judgeOrderExchange, readingOf } from '../../src/atlas/judge-order.ts'
import type { Exchange } from '../../src/atlas/send-once.ts'
import type { OrderReading } from '../../src/payment/ports.ts'

const order = {
  status: 0,
  msg: null,
  orderNo: 'A1',
  orderStatus: '0',
  ticketStatus: '0',
  payTime: null,
  payment: null,
  paymentMethod: null,
  paymentAttempted: null,
  pnrCode: 'ROWFRI',
}

function judge(change: object, httpStatus = 200, contentType = 'application/json'): OrderReading {
  return read({
    kind: 'answered',
    httpStatus,
    headers: { 'content-type': contentType },
    body: Buffer.from(JSON.stringify({ ...order, ...change })),
  })
}

/** What a readback concludes from an exchange about order A1. */
function read(exchange: Exchange): OrderReading {
  return readingOf(judgeOrderExchange('A1', exchange))
}

const unreadable = { kind: 'unreadable' }

describe('an order', () => {
  test.each(['1', '2', 1, 2])('with orderStatus %j is paid', (orderStatus) => {
    expect(judge({ orderStatus, paymentMethod: 3, payTime: '2026-11-23 16:00:00' })).toEqual({
      kind: 'paid',
      paymentMethod: 'VCC_PASSTHROUGH',
      pnrCode: 'ROWFRI',
    })
  })

  test.each([null, undefined, 2, '1', 'BALANCE'])(
    'paid by method %j is paid, by nobody knows what',
    (paymentMethod) => {
      expect(judge({ orderStatus: '1', paymentMethod, pnrCode: 'not a reference!' })).toEqual({
        kind: 'paid',
        paymentMethod: null,
        pnrCode: null,
      })
    },
  )

  test.each(['0', 0])('with orderStatus %j and no sign of a payment is unpaid', (orderStatus) => {
    expect(judge({ orderStatus })).toEqual({ kind: 'unpaid', chargeStarted: false })
    expect(judge({ orderStatus, payTime: '', paymentAttempted: false })).toEqual({
      kind: 'unpaid',
      chargeStarted: false,
    })
  })

  test.each([
    { payTime: '2026-11-23 16:00:00' },
    { payment: {} },
    { paymentMethod: 1 },
    { paymentAttempted: true },
    { paymentAttempted: 'true' },
    { paymentAttempted: 1 },
    { errorCode: '604' },
    { errorCode: 615 },
  ])('that reads unpaid with %j has a charge that began', (sign) => {
    expect(judge(sign)).toEqual({ kind: 'unpaid', chargeStarted: true })
  })

  test.each([
    ['-3', null, false],
    [-3, '', false],
    ['-3', '2026-11-23 16:00:00', true],
  ])('with orderStatus %j and payTime %j is cancelled, paid before: %j', (orderStatus, payTime, paid) => {
    // Ticket numbers linger on cancelled orders and prove nothing.
    expect(judge({ orderStatus, payTime, ticketStatus: '1' })).toEqual({ kind: 'cancelled', paid })
  })

  test.each([{ payment: {} }, { paymentMethod: 1 }, { errorCode: '604' }])(
    'that is cancelled with %j had been paid, whatever payTime says',
    (sign) => {
      expect(judge({ orderStatus: '-3', ...sign })).toEqual({ kind: 'cancelled', paid: true })
    },
  )

  test.each(['0', 0, '', null, undefined])(
    'that is cancelled with errorCode %j had no failure to tell',
    (errorCode) => {
      expect(judge({ orderStatus: '-3', errorCode })).toEqual({ kind: 'cancelled', paid: false })
      expect(judge({ errorCode })).toEqual({ kind: 'unpaid', chargeStarted: false })
    },
  )

  test.each(['615', 615])(
    'that reads as cancelled with errorCode %j is paid, its PNR pending',
    (errorCode) => {
      expect(judge({ orderStatus: '-3', errorCode, paymentMethod: 1 })).toEqual({
        kind: 'paid',
        paymentMethod: 'BALANCE',
        pnrCode: 'ROWFRI',
      })
    },
  )

  test('that is cancelled while a charge had begun is not known to be unpaid', () => {
    expect(judge({ orderStatus: '-3', paymentAttempted: true })).toEqual({
      kind: 'unpaid',
      chargeStarted: true,
    })
  })

  test.each([null, undefined, '3', '-1', 3, '', '00', 1.5, true, ['1']])(
    'with orderStatus %j is unreadable',
    (orderStatus) => {
      expect(judge({ orderStatus })).toEqual(unreadable)
    },
  )
})

describe('an answer', () => {
  test.each([
    ['about another order', { orderNo: 'A2' }],
    ['about no order', { orderNo: null, orderStatus: null }],
    ['with status 800', { status: 800 }],
    ['with status 705', { status: 705 }],
    ['with a string status', { status: '0' }],
    ['without status', { status: undefined }],
  ])('%s is unreadable', (_what, change) => {
    expect(judge({ orderStatus: '1', ...change })).toEqual(unreadable)
  })

  test.each([500, 503, 404, 401, 204])('with HTTP %d is unreadable', (httpStatus) => {
    expect(judge({ orderStatus: '1' }, httpStatus)).toEqual(unreadable)
  })

  test('that is not JSON is unreadable', () => {
    expect(judge({ orderStatus: '1' }, 200, 'text/html')).toEqual(unreadable)
  })

  test('that never came is unreadable', () => {
    expect(read({ kind: 'lost', reason: 'DEADLINE', cause: null })).toEqual(unreadable)
    expect(read({ kind: 'not-sent', reason: 'CONNECTION_FAILED', cause: null })).toEqual(unreadable)
  })
})
