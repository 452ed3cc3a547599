import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { gatewayEnvironment, startPace } from '../soak/settings.ts'
import { payOrderDocument, postGraphql } from '../support/gateway.ts'
import { answerOrder, startScriptedAtlas } from '../support/scripted-atlas.ts'
import { createSoakProcesses } from '../support/soak-processes.ts'

test('a gateway that is killed between its claim and its sending has charged nothing, and says so', async () => {
  const processes = createSoakProcesses()
  onTestFinished(() => processes.end())
  const atlas = await startScriptedAtlas()
  onTestFinished(() => atlas.close())
  const environment = gatewayEnvironment(atlas.url, `sqlite:${join(processes.folder, 'approval.sqlite')}`)
  const pace = startPace()
  const expectedTotal = { amount: '86.40', currency: 'USD' }
  const input = {
    orderNo: 'A1',
    paymentMethod: 'BALANCE',
    expectedTotal,
    idempotencyKey: 'crash-between-0001',
  }
  const unpaid = answerOrder({ totalPrice: 84, totalTransactionFee: 2.4, currency: 'USD' })

  // The order is claimed, and being read: that never ends.
  atlas.read = () => {}
  // Long enough to be killed in it.
  const first = processes.gateway({ ...environment, ATLAS_TIMEOUT_MS: '5000' }, { pace })
  const paying = postGraphql(await first.url, payOrderDocument, { input }).catch(() => 'lost')
  await expect.poll(() => atlas.reads.length, { timeout: 10_000, interval: 5 }).toBe(1)
  first.signal('SIGKILL')
  await first.ended
  expect(await paying).toBe('lost')

  atlas.read = unpaid
  const second = processes.gateway(environment, { pace })
  const url = await second.url
  const stateOf = async (): Promise<unknown> => {
    const { data } = await postGraphql(url, '{ payment(orderNo: "A1") { attempts { code paymentState } } }')
    return data!['payment']
  }
  // Whether it was sent is not known to the second: it waits until no request of the first can be left.
  await expect
    .poll(stateOf, { timeout: 45_000, interval: 100 })
    .toEqual({ attempts: [{ code: 'PAYMENT_NOT_APPLIED', paymentState: 'NOT_PAID' }] })
  expect(atlas.seen).toEqual([])

  const { data } = await postGraphql(url, payOrderDocument, {
    input: { ...input, idempotencyKey: 'crash-between-0002' },
  })
  expect(data).toMatchObject({ payOrder: { __typename: 'PaymentSuccess' } })
  expect(atlas.seen).toHaveLength(1)
  second.signal('SIGTERM')
  expect((await second.ended).code).toBe(0)
})
