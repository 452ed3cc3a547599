/** Starts simulators for tests and talks to them over real sockets, as a careful client of Atlas would. */

import { gunzipSync } from 'node:zlib'
import { Agent, request, type Dispatcher } from 'undici'
import { expect, onTestFinished } from 'vitest'
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/server.ts'

export const credentials = { clientId: 'test-client', clientSecret: 'test-secret' }

/** What every call carries unless a test says otherwise. */
export const properHeaders = {
  'content-type': 'application/json',
  'accept-encoding': 'gzip',
  accept: '*/*',
  'x-atlas-client-id': credentials.clientId,
  'x-atlas-client-secret': credentials.clientSecret,
}

/** 10:15:00 in Singapore. */
export const startAt = Date.UTC(2026, 10, 23, 2, 15, 0)

/** A card of Atlas's sandbox that pays, expiring at the end of the month of `startAt`. */
export const goodCard = {
  cardNumber: '4532015112830366',
  cardCVV: '123',
  cardExpireMonth: '11',
  cardExpireYear: '26',
  cardHolderFirstName: 'Ada',
  cardHolderLastName: 'Test',
}

interface Clock {
  at: number
}

export interface Called {
  readonly httpStatus: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly bytes: Buffer
}

export interface TestSimulator {
  readonly simulator: Simulator
  readonly clock: Clock
  call(path: string, init?: Partial<Dispatcher.RequestOptions>): Promise<Called>
  /** The parsed answer to a pay.do that is expected to be readable. */
  pay(orderNo: string, paymentMethod?: number, creditCard?: object): Promise<unknown>
  query(orderNo: string): Promise<unknown>
  /** The four facts most tests are about. */
  money(orderNo: string): object
}

/** A fast simulator with a clock that stands still; closed when the test ends. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<TestSimulator> {
  const clock = { at: startAt }
  const simulator = await createSimulator({
    host: '127.0.0.1',
    port: 0,
    ...credentials,
    latencyMs: 5,
    slowMs: 50,
    now: () => clock.at,
    ...options,
  })
  const agent = new Agent()
  onTestFinished(async () => {
    await simulator.close()
    await agent.destroy()
  })

  const call: TestSimulator['call'] = async (path, init = {}) => {
    const response = await request(simulator.url + path, {
      method: 'POST',
      headers: properHeaders,
      ...init,
      dispatcher: agent,
    })
    const bytes = Buffer.from(await response.body.arrayBuffer())
    return { httpStatus: response.statusCode, headers: response.headers, bytes }
  }

  return {
    simulator,
    clock,
    call,
    async pay(orderNo, paymentMethod = 1, creditCard = goodCard) {
      return jsonOf(await call('/pay.do', { body: JSON.stringify({ orderNo, paymentMethod, creditCard }) }))
    },
    async query(orderNo) {
      return jsonOf(await call('/queryOrderDetails.do', { body: JSON.stringify({ orderNo }) }))
    },
    money(orderNo) {
      const { state, payRequests, charges, paidAt } = simulator.order(orderNo) ?? {}
      return { state, payRequests, charges, paidAt }
    },
  }
}

/** The JSON of an answer, unpacked when it says it is packed. */
export function jsonOf({ headers, bytes }: Called): unknown {
  const text = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  return JSON.parse(text.toString())
}

/** Asserts on a value that is about to become so; asks often, since what it waits for may pass quickly. */
export function soon<T>(value: () => T) {
  return expect.poll(value, { interval: 2 })
}

/** What a call that must fail fails with, or the answer that should not have come. */
export async function faultOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((fault: unknown) => fault)
}

/** Atlas's refusal, as both endpoints write it. */
export function refusal(status: number, msg: string, orderNo: string | null): object {
  return {
    status,
    msg,
    orderNo,
    pnrCode: null,
    paymentMethod: null,
    airlines: null,
    requestId: null,
    clientRequestId: null,
  }
}
