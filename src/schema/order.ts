/** Order: what Atlas says of an order now, joined with what this gateway knows; and its progress. */

import { GraphQLError } from 'graphql'
import type { Order as LiveOrder } from '../order/order-reader.ts'
import { type OrderState as State, orderStates } from '../order/order-state.ts'
import { WatchesFull } from '../order/order-watch.ts'
import type { Language } from '../payment/language.ts'
import type { OrderErrorCode } from '../payment/order-error.ts'
import type { PaymentOption as Option } from '../payment/order-facts.ts'
import { type InputFault, textFaultOf } from '../payment/payment-request.ts'
import { orderErrorSentencesOf } from '../payment/remediation.ts'
import { requireRead } from './access.ts'
import { builder } from './builder.ts'
import { anonymousCaller } from './caller.ts'
import { DateTime } from './date-time.ts'
import { describedValues } from './described-values.ts'
import { Money } from './money.ts'
import { OrderError } from './order-error.ts'
import { asGraphqlError, refusal } from './refusals.ts'
import { PaymentMethod } from './payment-method.ts'
import { TicketingFailure } from './ticketing-failure.ts'

const stateDescriptions: Record<State, string> = {
  UNPAID: 'Not paid, and can be until `payBefore`.',
  PAYMENT_PENDING:
    'A payment is under way, or accepted and not yet shown by Atlas, or a card is being charged. Do not start another.',
  TICKETING: 'Paid; the ticket is not issued yet.',
  TICKETED: 'Paid, and the ticket is issued. Final.',
  CANCELLED: 'Cancelled without having been paid. Final.',
  CANCELLED_AFTER_PAYMENT:
    'Cancelled after a payment was accepted: `ticketingFailure` tells what that means for the money. Final.',
  LAPSED: 'Not paid, and the time to pay has run out.',
  UNKNOWN:
    'It is not known whether the order is paid: an earlier payment has no known outcome, or Atlas contradicts itself. Do not pay or rebook.',
}

const OrderState = builder.enumType('OrderState', {
  description: 'Where an order stands.',
  values: describedValues(orderStates, stateDescriptions),
})

const PaymentOption = builder.objectRef<Option>('PaymentOption').implement({
  description: 'What paying an order by one method costs.',
  fields: (t) => ({
    paymentMethod: t.expose('paymentMethod', { type: PaymentMethod, description: 'The method.' }),
    ticketFare: t.expose('ticketFare', {
      type: Money,
      nullable: true,
      description: 'The fare. Null when Atlas does not say.',
    }),
    serviceFee: t.expose('serviceFee', {
      type: Money,
      nullable: true,
      description: "Atlas's fee. Null when there is none.",
    }),
    paymentFee: t.expose('paymentFee', {
      type: Money,
      nullable: true,
      description: 'What this method costs in addition. Null when nothing.',
    }),
    total: t.expose('total', {
      type: Money,
      nullable: true,
      description:
        'All of it together. Null when the parts are in several currencies, or one of them cannot be read. Send it as `expectedTotal` with a payment by this method.',
    }),
    chargedToCard: t.expose('chargedToCard', {
      type: Money,
      nullable: true,
      description:
        'What the card is charged; the rest is taken from the deposit. Null when nothing, or when a part cannot be read.',
    }),
  }),
})

export const Order = builder.objectRef<LiveOrder>('Order').implement({
  description: 'An order as Atlas shows it now, joined with what this gateway knows of its payment.',
  fields: (t) => ({
    orderNo: t.exposeID('orderNo', { description: 'The order number.' }),
    state: t.expose('state', { type: OrderState, description: 'Where it stands.' }),
    payBefore: t.field({
      type: DateTime,
      nullable: true,
      description: 'Until when it can be paid. Null when Atlas does not say.',
      resolve: ({ facts }) => facts?.payBefore ?? null,
    }),
    total: t.field({
      type: Money,
      nullable: true,
      description:
        'Price and transaction fee together. What a method costs can differ: see `paymentOptions`. Null when Atlas does not say.',
      resolve: ({ facts }) => facts?.total ?? null,
    }),
    paymentMethods: t.field({
      type: [PaymentMethod],
      description:
        'The methods that this order can be paid with now, and that the caller may use. Empty when it cannot be paid.',
      resolve: ({ state, facts }, _args, { caller }) =>
        state !== 'UNPAID'
          ? []
          : (facts?.paymentMethods ?? []).filter((method) => caller.paymentMethods?.has(method) ?? true),
    }),
    paymentOptions: t.field({
      type: [PaymentOption],
      description:
        'What each of these methods costs, where Atlas says so; a method without an entry costs `total`.',
      resolve: ({ state, facts }, _args, { caller }) =>
        state !== 'UNPAID'
          ? []
          : (facts?.paymentOptions ?? []).filter(
              ({ paymentMethod }) =>
                facts!.paymentMethods.includes(paymentMethod) &&
                (caller.paymentMethods?.has(paymentMethod) ?? true),
            ),
    }),
    pnrCode: t.string({
      nullable: true,
      description:
        "Atlas's reference of the booking. It is not the airline's record locator. Null when Atlas gave none.",
      resolve: ({ facts }) => facts?.pnrCode ?? null,
    }),
    airlineRecordLocators: t.stringList({
      description:
        'The references of the booking at the airlines. They can stay on a cancelled order: `ticketsIssued` tells whether there is a ticket.',
      resolve: ({ facts }) => [...(facts?.airlineRecordLocators ?? [])],
    }),
    ticketsIssued: t.boolean({
      description: 'Whether the tickets are issued.',
      resolve: ({ state }) => state === 'TICKETED',
    }),
    ticketingFailure: t.field({
      type: TicketingFailure,
      nullable: true,
      description: 'Why the ticket was not issued. Null unless ticketing failed.',
      resolve: ({ state, facts }) => (state === 'TICKETED' ? null : (facts?.ticketingErrorCode ?? null)),
    }),
    readAt: t.expose('readAt', {
      type: DateTime,
      description: 'When Atlas was asked. Answers are shared for a second.',
    }),
  }),
})

const OrderResult = builder.unionType('OrderResult', {
  description: 'The order, or why it could not be read.',
  types: [Order, OrderError],
  resolveType: ({ kind }) => (kind === 'order' ? 'Order' : 'OrderError'),
})

const orderNoDescription = 'The order number.'

builder.queryField('order', (t) =>
  t.field({
    type: OrderResult,
    description:
      'An order live from Atlas, joined with what this gateway knows. Moves no money. That it could not be read says nothing about its payment: see `paymentState` of the error.',
    args: { orderNo: t.arg.id({ description: orderNoDescription }) },
    resolve: async (_root, { orderNo }, { orders, caller }) => {
      requireRead(caller, orderNo)
      const fault = textFaultOf(orderNo)
      if (fault !== null)
        return { kind: 'invalid', orderNo, inputFault: { field: ['orderNo'], fault } } as const
      try {
        return await orders.read(orderNo)
      } catch (error) {
        throw asGraphqlError(error)
      }
    },
  }),
)

builder.subscriptionType({ description: 'What is told as it happens, over server-sent events.' })

builder.subscriptionField('orderProgress', (t) =>
  t.field({
    type: Order,
    description:
      'The order now, and again whenever it changed, until it is ticketed or cancelled. Over server-sent events (`Accept: text/event-stream`). It ends after an hour at the latest, and when this instance ends: subscribe again then. An order that Atlas does not know ends it with the error ORDER_NOT_FOUND.',
    args: { orderNo: t.arg.id({ description: orderNoDescription }) },
    // Refused when it begins, not at its first event.
    subscribe: (_root, { orderNo }, { orderWatch, caller, language }) => {
      requireRead(caller, orderNo)
      const fault = textFaultOf(orderNo)
      if (fault !== null) throw notFollowed(language, 'INVALID_INPUT', { field: ['orderNo'], fault })
      try {
        return orderWatch.follow(orderNo, {
          subject: caller === anonymousCaller ? null : caller.subject,
          expiresAt: caller.expiresAt,
        })
      } catch (error) {
        throw error instanceof WatchesFull ? refusal('OVERLOADED') : error
      }
    },
    resolve: (told, _args, { language }) => {
      if (told.kind === 'order') return told
      throw notFollowed(language, told.code)
    },
  }),
)

/** What ends a stream: for people, as everything else in it. */
function notFollowed(
  language: Language,
  code: OrderErrorCode,
  inputFault: InputFault | null = null,
): GraphQLError {
  const { message } = orderErrorSentencesOf(language, code, inputFault)
  return new GraphQLError(message, { extensions: { code, retryable: false } })
}
