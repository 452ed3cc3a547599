/** Scenarios of what an order costs and what may pay it. */

import { ordinaryOffer } from './offers.ts'
import { pays, type Scenario } from './scenario.ts'

export const offerScenarios: readonly Scenario[] = [
  {
    ...pays,
    name: 'SIM-TOTAL-JPY',
    description: 'Costs 12300 + 350 JPY, a currency without decimals.',
    offer: { ...ordinaryOffer, currency: 'JPY', fare: 12_300, fee: 350 },
  },
  {
    ...pays,
    name: 'SIM-TOTAL-KWD',
    description: 'Costs 26.125 + 0.75 KWD, a currency with three decimals.',
    offer: { ...ordinaryOffer, currency: 'KWD', fare: 26.125, fee: 0.75 },
  },
  {
    ...pays,
    name: 'SIM-TOTAL-CENTS',
    description: 'Costs 0.1 + 0.2 USD, which is 0.30 and not what floating point makes of it.',
    offer: { ...ordinaryOffer, fare: 0.1, fee: 0.2 },
  },
  {
    ...pays,
    name: 'SIM-TOTAL-CHANGING',
    description: 'Costs 5 USD more with each read a second or more after the one before, until it is paid.',
    offer: { ...ordinaryOffer, rises: true },
  },
  {
    ...pays,
    name: 'SIM-NO-TOTAL',
    description: 'Pays; the query tells neither totalPrice nor currency.',
    offer: { ...ordinaryOffer, isTotalTold: false },
  },
  {
    ...pays,
    name: 'SIM-METHOD-FEE',
    description: 'Paying it by method 5 costs a paymentFee of 1.50 USD.',
    offer: { ...ordinaryOffer, methodFees: { 5: 1.5 } },
  },
  {
    ...pays,
    name: 'SIM-BALANCE-ONLY',
    description: 'Takes method 1 only; the others answer 403.',
    offer: { ...ordinaryOffer, methods: [1] },
  },
  {
    ...pays,
    name: 'SIM-CARD-ONLY',
    description: 'Takes methods 3 and 5 only; the others answer 403.',
    offer: { ...ordinaryOffer, methods: [3, 5] },
  },
  {
    ...pays,
    name: 'SIM-NO-METHODS',
    description: 'Takes no method; answers 412.',
    offer: { ...ordinaryOffer, methods: [] },
  },
  {
    ...pays,
    name: 'SIM-BRAND-VISA',
    description: 'Was made for a Visa card: method 5 answers 414 to any other brand.',
    offer: { ...ordinaryOffer, cardType: 'Visa' },
  },
]
