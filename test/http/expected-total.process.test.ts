import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'
import { payOrderDocument, postGraphql } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { answerOrder, startScriptedAtlas } from '../support/scripted-atlas.ts'

test('a gateway that is killed between its claim and its sending has charged nothing, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-pay-approval-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const atlas = await startScriptedAtlas()
  onTestFinished(() => atlas.close())
  const environment = {
    LEDGER_URL: `sqlite:${join(folder, 'ledger.sqlite')}`,
    ATLAS_TIMEOUT_MS: '500',
    SETTLE_INTERVAL_MS: '50',
    RELEASE_UNPAID_AFTER_MS: '1000',
  }
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
  const first = await startGatewayProcess(atlas.url, environment)
  const paying = postGraphql(first.url, payOrderDocument, { input }).catch(() => 'lost')
  await expect.poll(() => atlas.reads.length, { timeout: 10_000, interval: 5 }).toBe(1)
  first.process.signal('SIGKILL')
  await first.process.ended
  expect(await paying).toBe('lost')

  atlas.read = unpaid
  const second = await startGatewayProcess(atlas.url, environment)
  const stateOf = async (): Promise<unknown> => {
    const { data } = await postGraphql(
      second.url,
      '{ payment(orderNo: "A1") { attempts { code paymentState } } }',
    )
    return data!['payment']
  }
  // Whether it was sent is not known to the second: it waits until no request of the first can be left.
  await expect
    .poll(stateOf, { timeout: 60_000, interval: 100 })
    .toEqual({ attempts: [{ code: 'PAYMENT_NOT_APPLIED', paymentState: 'NOT_PAID' }] })
  expect(atlas.seen).toEqual([])

  const { data } = await postGraphql(second.url, payOrderDocument, {
    input: { ...input, idempotencyKey: 'crash-between-0002' },
  })
  expect(data).toMatchObject({ payOrder: { __typename: 'PaymentSuccess' } })
  expect(atlas.seen).toHaveLength(1)
  second.process.signal('SIGTERM')
  expect((await second.process.ended).code).toBe(0)
})
