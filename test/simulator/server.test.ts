import { connect } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createOrderBook } from '../../src/simulator/orders.ts'
import { scenarioTable } from '../../src/simulator/scenarios.ts'
import { createSimulator } from '../../src/simulator/server.ts'
import { credentials, faultOf, soon, startAt, startSimulator } from './atlas-client.ts'

const orderNo = 'TESTA20261123101500123'

test('The front page says that this is a simulation and lists every magic order number', async () => {
  const { call } = await startSimulator()
  const { httpStatus, headers, bytes } = await call('/', { method: 'GET' })
  expect({ httpStatus, type: headers['content-type'] }).toEqual({
    httpStatus: 200,
    type: 'text/plain; charset=utf-8',
  })
  const lines = bytes.toString().split('\n')
  expect(lines[0]).toBe('This is a simulation of Atlas. No real order is paid and no money moves.')
  expect(lines.filter((line) => line.startsWith('  ')).map((line) => line.trim().split(/ {2,}/))).toEqual(
    scenarioTable.map(({ name, description }) => [name, description]),
  )
})

test('An order and the totals can be read from another process', async () => {
  const { call, pay, query, simulator } = await startSimulator()
  await pay(orderNo)
  await query(orderNo)
  const order = await call(`/simulator/orders/${orderNo}`, { method: 'GET' })
  const totals = await call('/simulator/totals', { method: 'GET' })
  expect(JSON.parse(order.bytes.toString())).toEqual(simulator.order(orderNo))
  expect(JSON.parse(order.bytes.toString())).toMatchObject({ payRequests: 1, charges: 1, queries: 1 })
  expect(JSON.parse(totals.bytes.toString())).toEqual({ payRequests: 1, charges: 1, queries: 1, orders: 1 })
})

test('An order number with special characters is found by its encoded form', async () => {
  const { call, pay } = await startSimulator()
  await pay('A/B ü')
  const { bytes } = await call(`/simulator/orders/${encodeURIComponent('A/B ü')}`, { method: 'GET' })
  expect(JSON.parse(bytes.toString())).toMatchObject({ orderNo: 'A/B ü', charges: 1 })
})

test('Looking at an unknown order finds nothing and creates nothing', async () => {
  const { call, simulator } = await startSimulator()
  const { httpStatus } = await call(`/simulator/orders/${orderNo}`, { method: 'GET' })
  expect(httpStatus).toBe(404)
  expect(simulator.order(orderNo)).toBeUndefined()
  expect(simulator.totals()).toEqual({ payRequests: 0, charges: 0, queries: 0, orders: 0 })
})

test.each([
  ['GET', '/nothing'],
  ['GET', '/simulator/orders/'],
  ['GET', '/simulator/orders/%E0%A4%A'],
  ['POST', '/'],
  ['POST', '/simulator/totals'],
  ['POST', '/base/pay.do'],
  ['POST', '/pay.do/'],
  ['POST', '//pay.do'],
  ['POST', '/PAY.do'],
] as const)('%s %s answers HTTP 404', async (method, path) => {
  const { call, simulator } = await startSimulator()
  const body = JSON.stringify({ orderNo, paymentMethod: 1 })
  const { httpStatus } = await call(path, method === 'POST' ? { method, body } : { method })
  expect(httpStatus).toBe(404)
  expect(simulator.totals()).toEqual({ payRequests: 0, charges: 0, queries: 0, orders: 0 })
})

test('A client that leaves within its body has asked for nothing, and harms nobody', async () => {
  const { pay, simulator } = await startSimulator()
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.end('POST /pay.do HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"orderNo":')
  socket.resume()
  await once(socket, 'close')
  expect(simulator.totals()).toEqual({ payRequests: 0, charges: 0, queries: 0, orders: 0 })
  expect(await pay(orderNo)).toMatchObject({ status: 0 })
})

test('Closing ends silent and idle connections at once and lets nothing under way happen', async () => {
  const { call, pay, simulator } = await startSimulator({ latencyMs: 60_000 })
  const silent = connect(Number(new URL(simulator.url).port), '127.0.0.1')
  silent.on('error', () => {})
  await once(silent, 'connect')
  const paying = faultOf(pay(orderNo))
  const late = faultOf(pay('SIM-LATE-CHARGE'))
  await soon(() => simulator.totals().payRequests).toBe(2)
  expect(await late).toMatchObject({ code: 'ECONNRESET' })
  await Promise.all([simulator.close(), simulator.close(), once(silent, 'close')])
  expect(await paying).toMatchObject({ code: 'UND_ERR_SOCKET' })
  await expect(call('/', { method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(simulator.totals()).toEqual({ payRequests: 2, charges: 0, queries: 0, orders: 2 })
})

test('A port that is taken makes it reject', async () => {
  const { simulator } = await startSimulator()
  const port = Number(new URL(simulator.url).port)
  await expect(createSimulator({ host: '127.0.0.1', port, ...credentials })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

test('The order book keeps the last 100,000 orders', () => {
  const book = createOrderBook({ ticketAfterMs: 0, now: () => startAt })
  for (let index = 0; index <= 100_000; index += 1) book.see(`TESTA${index}`)
  expect(book.ordersSeen()).toBe(100_001)
  expect(book.find('TESTA0')).toBeUndefined()
  expect(book.find('TESTA1')?.orderNo).toBe('TESTA1')
  expect(book.find('TESTA100000')?.orderNo).toBe('TESTA100000')
})
