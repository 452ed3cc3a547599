import { expect, test } from 'vitest'
import { paymentErrorCodes, paymentErrorRules } from '../../src/payment/payment-outcome.ts'
import { textFaults } from '../../src/payment/payment-request.ts'
import { sentencesOf } from '../../src/payment/remediation.ts'

test('codes that need different acts never share a remediation', () => {
  const actionsByRemediation = new Map<string, Set<string>>()
  for (const [code, { action }] of paymentErrorRules) {
    const { remediation } = sentencesOf(code)
    actionsByRemediation.set(remediation, (actionsByRemediation.get(remediation) ?? new Set()).add(action))
  }
  expect([...actionsByRemediation].filter(([, actions]) => actions.size > 1)).toEqual([])
})

test.each(paymentErrorCodes)('the sentences of %s are whole sentences of their own', (code) => {
  const { message, remediation } = sentencesOf(code)
  for (const sentence of [message, remediation]) expect(sentence).toMatch(/^[A-Z][^\n]{20,250}\.$/)
  expect(message).not.toBe(remediation)
})

test('a message never says "not charged" when that is not known', () => {
  for (const [code, { paymentState }] of paymentErrorRules) {
    const saysUnpaid = /not charged|nothing was sent\./i.test(sentencesOf(code).message)
    if (code !== 'ORDER_ALREADY_PAID') expect([code, saysUnpaid]).toEqual([code, paymentState === 'NOT_PAID'])
  }
})

test.each(textFaults)('the message for %s names the field and its own rule', (fault) => {
  const { message, remediation } = sentencesOf('INVALID_INPUT', {
    inputFault: { field: ['input', 'orderNo'], fault },
  })
  expect(message).toMatch(/^orderNo .+ Nothing was sent\.$/)
  expect(remediation).toBe(sentencesOf('INVALID_INPUT').remediation)
  const others = textFaults.filter((other) => other !== fault)
  for (const other of others) {
    expect(
      sentencesOf('INVALID_INPUT', { inputFault: { field: ['input', 'orderNo'], fault: other } }).message,
    ).not.toBe(message)
  }
})
