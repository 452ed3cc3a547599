/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The address that the bank of the card knows. Which parts are needed depends on the airline; Atlas refuses a payment that lacks one. */
export type BillingAddressInput = {
  /** Street and number, 7 to 128 characters, without surrounding blanks. */
  address?: string | null | undefined;
  /** 1 to 64 characters, not only digits, without surrounding blanks. */
  city?: string | null | undefined;
  /** ISO 3166-1 alpha-2 code: two capital letters, e.g. `SG`. */
  country?: string | null | undefined;
  /** 5 to 16 letters and digits, without blanks and hyphens. */
  postCode?: string | null | undefined;
  /** Two letters, e.g. `CA`. */
  province?: string | null | undefined;
};

/** A card, for VCC_PASSTHROUGH and MOR. It is passed on to Atlas and kept nowhere. Send it in variables: a document with card values in it is refused (CARD_IN_DOCUMENT), since documents get logged. */
export type CardInput = {
  /** The billing address. */
  billing?: BillingAddressInput | null | undefined;
  /** The security code, 3 or 4 digits. Required, but for MOR with a card that Atlas has charged before: null then. */
  cvv?: string | null | undefined;
  /** 1 to 12. */
  expiryMonth: number;
  /** Four digits, e.g. 2029, at most 2099. A card is good to the end of its month, as long as that lasts anywhere on earth. */
  expiryYear: number;
  /** As on the card: letters of the Latin alphabet (A to Z, and those of Western Europe with their accents), blanks and hyphens, 1 to 64 characters, without surrounding blanks. */
  holderFirstName: string;
  /** As `holderFirstName`. */
  holderLastName: string;
  /** 13 to 19 digits without blanks, with a right check digit (Luhn). */
  number: string;
  /** The most that the airline may charge, in whole units of the airline's own currency, 1 or more. */
  paymentLimit?: number | null | undefined;
  /** Whether the card may be charged more than once. Atlas takes a card that does not say so for single-use. */
  reusable?: boolean | null | undefined;
  /** IPv4 or IPv6 address of the device of the card holder, for 3-D Secure. Only for MOR; Atlas takes the address of the gateway where it is missing. */
  threeDSecureIp?: string | null | undefined;
};

/** An amount of money. */
export type MoneyInput = {
  /** At most 12 digits before the point and 8 after it, e.g. `"86.40"`. */
  amount: string;
  /** ISO 4217 code: three capital letters, e.g. `USD`. */
  currency: string;
};

/** Why an order could not be read. Codes are stable; new ones may be added. */
export type OrderErrorCode =
  /** Atlas refused to let this payment service read the order. This request paid nothing, and does not tell whether the order is paid. */
  | 'ATLAS_ACCESS_DENIED'
  /** Atlas is receiving too many requests at the moment. This request paid nothing, and does not tell whether the order is paid. */
  | 'ATLAS_RATE_LIMITED'
  /** Atlas could not be asked about the order, or gave no usable answer. This request paid nothing, and does not tell whether the order is paid. */
  | 'ATLAS_UNAVAILABLE'
  /** The input is not valid. Nothing was sent: this request paid nothing, and does not tell whether the order is paid. */
  | 'INVALID_INPUT'
  /** Atlas shows no order with this number. This request paid nothing, and does not tell whether the order is paid. */
  | 'ORDER_NOT_FOUND';

/** Where an order stands. */
export type OrderState =
  /** Cancelled without having been paid. Final. */
  | 'CANCELLED'
  /** Cancelled after a payment was accepted: `ticketingFailure` tells what that means for the money. Final. */
  | 'CANCELLED_AFTER_PAYMENT'
  /** Not paid, and the time to pay has run out. */
  | 'LAPSED'
  /** A payment is under way, or accepted and not yet shown by Atlas, or a card is being charged. Do not start another. */
  | 'PAYMENT_PENDING'
  /** Paid, and the ticket is issued. Final. */
  | 'TICKETED'
  /** Paid; the ticket is not issued yet. */
  | 'TICKETING'
  /** It is not known whether the order is paid: an earlier payment has no known outcome, or Atlas contradicts itself. Do not pay or rebook. */
  | 'UNKNOWN'
  /** Not paid, and can be until `payBefore`. */
  | 'UNPAID';

/** Which order to pay, and how. */
export type PayOrderInput = {
  /** The card to charge. Only with VCC_PASSTHROUGH and MOR: INVALID_INPUT with the others. Without one these are sent as they are, and Atlas decides. */
  card?: CardInput | null | undefined;
  /** Your own order number, passed on to Atlas. Atlas neither returns it nor tells duplicates by it. 1 to 64 characters, without surrounding blanks, commas, or control or invisible characters; refused, never trimmed. */
  clientOrderNo?: string | null | undefined;
  /** What the payer saw and agreed to: the `total` of the payment option, or of the order where there is no option. The order is then read first, and nothing is sent when the amount or the currency differs or is not told (TOTAL_CHANGED: show what the order costs now, and pay that with a new `idempotencyKey` once it is approved), when the time to pay is over (PAYMENT_DEADLINE_PASSED), when it reads as paid, being paid or cancelled (ORDER_ALREADY_PAID, PAYMENT_IN_PROGRESS, ORDER_NOT_PAYABLE), or when it cannot be read (ORDER_NOT_FOUND, ATLAS_RATE_LIMITED, ATLAS_ACCESS_DENIED, ATLAS_UNREACHABLE). */
  expectedTotal?: MoneyInput | null | undefined;
  /** Names this payment among yours: 16 to 128 visible ASCII characters, for example a UUID made when the traveller presses "pay". The same key with the same input repeats the recorded result instead of paying again; with other input it is IDEMPOTENCY_KEY_REUSED. The card is not compared, since nothing of it is kept: use a new key for another card. After a retryable error the same key tries again. A key lives as long as the record of its payment, 400 days unless the operator chose otherwise. */
  idempotencyKey?: string | null | undefined;
  /** The order number that Atlas gave when the order was created; one order. 1 to 64 characters, without surrounding blanks, commas, or control or invisible characters; refused, never trimmed. */
  orderNo: string | number;
  /** How to pay. */
  paymentMethod: PaymentMethod;
  /** A free tag for where this payment comes from, passed on to Atlas. 1 to 64 characters, without surrounding blanks, commas, or control or invisible characters; refused, never trimmed. */
  requestSource?: string | null | undefined;
};

/** Why a payment did not succeed, or is not known to have. Codes are stable; new ones may be added. */
export type PaymentErrorCode =
  /** Atlas refused the access of this payment service. This request was not charged. */
  | 'ATLAS_ACCESS_DENIED'
  /** Atlas is receiving too many requests at the moment. This request was not charged. */
  | 'ATLAS_RATE_LIMITED'
  /** Atlas could not read the request that the gateway sent. This request was not charged. */
  | 'ATLAS_REJECTED_REQUEST'
  /** The payment did not reach Atlas: nothing was sent. This request was not charged. */
  | 'ATLAS_UNREACHABLE'
  /** The baggage in the order does not fit its flights. This request was not charged. */
  | 'BAGGAGE_MISMATCH'
  /** The card is of another brand than the order was created for. This request was not charged. */
  | 'CARD_MISMATCH'
  /** The card was not accepted for this order. This request was not charged. */
  | 'CARD_NOT_SUPPORTED'
  /** The contact details of the order have a format that is not accepted. This request was not charged. */
  | 'CONTACT_FORMAT_INVALID'
  /** This idempotencyKey was used before with other input. Nothing was sent. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The input is not valid. Nothing was sent. */
  | 'INVALID_INPUT'
  /** Atlas found a value in the payment request that it does not allow. This request was not charged. */
  | 'INVALID_REQUEST'
  /** Atlas has no payment method for this order. This request was not charged. */
  | 'NO_PAYMENT_METHOD_AVAILABLE'
  /** This order is paid already. */
  | 'ORDER_ALREADY_PAID'
  /** The order was cancelled after a payment of it was accepted. Whether money was taken, or comes back, cannot be seen here. */
  | 'ORDER_CANCELLED_AFTER_PAYMENT'
  /** The airline wants the traveller to confirm this order first. This request was not charged. */
  | 'ORDER_NOT_CONFIRMED'
  /** Atlas does not know an order with this number. This request was not charged. */
  | 'ORDER_NOT_FOUND'
  /** Atlas does not take a payment for this order in its present state: it may be paid already, or cancelled. */
  | 'ORDER_NOT_PAYABLE'
  /** The payment may have been sent, and it is not known what became of it. The order may have been charged. */
  | 'OUTCOME_UNKNOWN'
  /** The order has a child who may not travel alone. This request was not charged. */
  | 'PASSENGER_CANNOT_TRAVEL_ALONE'
  /** Required details of a passenger are missing or wrong. This request was not charged. */
  | 'PASSENGER_DETAILS_INCOMPLETE'
  /** The time to pay for this order has run out. This request was not charged. */
  | 'PAYMENT_DEADLINE_PASSED'
  /** Atlas could not complete the payment: its payment gateway failed, or the balance is too low. */
  | 'PAYMENT_GATEWAY_ERROR'
  /** A payment for this order is still being processed. */
  | 'PAYMENT_IN_PROGRESS'
  /** This order cannot be paid with the chosen payment method. This request was not charged. */
  | 'PAYMENT_METHOD_UNSUPPORTED'
  /** This payment was not applied: Atlas kept reporting the order as unpaid. This request was not charged. */
  | 'PAYMENT_NOT_APPLIED'
  /** The amount of the order is not the one that was agreed to. This request was not charged. */
  | 'TOTAL_CHANGED';

/** How an order is paid. Which methods an order supports is decided when it is created. */
export type PaymentMethod =
  /** The agency's deposit with Atlas (Atlas method 1). Charged at once, when Atlas accepts. */
  | 'BALANCE'
  /** The agency's own account at the airline (Bring Your Own Account, Atlas method 4). */
  | 'BYOA'
  /** A card charged by Atlas as the Merchant of Record (Atlas method 5). The card is `card` of the input; Atlas refuses the method without one. */
  | 'MOR'
  /** A virtual credit card that Atlas passes to the airline, which charges it during ticketing (Atlas method 3). It can still be declined after Atlas accepted. The card is `card` of the input; Atlas refuses the method without one. */
  | 'VCC_PASSTHROUGH';

/** What is known about the money. */
export type PaymentState =
  /** A payment of this order is under way. Do not start another. */
  | 'IN_PROGRESS'
  /** No money moved, as far as this gateway and Atlas know. */
  | 'NOT_PAID'
  /** The order is paid, or was: an order that was cancelled after its payment has the code ORDER_CANCELLED_AFTER_PAYMENT. */
  | 'PAID'
  /** It is not known whether the order was charged. Do not pay or rebook before the order shows its state. */
  | 'UNKNOWN';

/** What to do after an error, for programs. `remediation` says the same for people. */
export type RemediationAction =
  /** Pay the same order with another card. */
  | 'CHANGE_CARD'
  /** Pay the same order with another payment method. */
  | 'CHANGE_PAYMENT_METHOD'
  /** Look at the state of the order; pay again only when it is certainly unpaid. */
  | 'CHECK_ORDER'
  /** Let the traveller confirm the order with the airline, then pay it. */
  | 'CONFIRM_ORDER'
  /** A person has to act: the operator of this gateway, or Atlas. */
  | 'CONTACT_SUPPORT'
  /** Correct the input of the mutation and send it again. */
  | 'CORRECT_INPUT'
  /** Correct the data of the order, or create a corrected one; then pay it. */
  | 'CORRECT_ORDER'
  /** This order cannot be paid any more. Create a new one and pay that. */
  | 'CREATE_NEW_ORDER'
  /** Nothing to do: the order is paid. */
  | 'NONE'
  /** Send the same input again after `retryAfterSeconds`. It cannot charge twice. */
  | 'RETRY_LATER'
  /** Wait for the payment that is under way, then look at the order. */
  | 'WAIT_FOR_OUTCOME';

/** Why an order that was paid got no ticket. Codes are stable; new ones may be added. */
export type TicketingFailureCode =
  /** The fare of the return trip has a restriction that does not allow it. The order is cancelled. */
  | 'ABNORMAL_RETURN_FARE'
  /** Something went wrong in the payment to the airline, and its outcome is not known. No ticket was issued. */
  | 'AIRLINE_PAYMENT_ERROR_LEGACY'
  /** A technical error at the airline left it unknown whether the payment was taken. No ticket was issued. */
  | 'AIRLINE_PAYMENT_STATUS_UNKNOWN'
  /** The airline's risk rules declined the booking. The order is cancelled. */
  | 'AIRLINE_RISK_REJECTED'
  /** The airline's system failed. The order is cancelled. */
  | 'AIRLINE_SYSTEM_ERROR'
  /** The price of the baggage changed before the ticket was issued. The order is cancelled. */
  | 'BAGGAGE_FARE_CHANGED'
  /** The airline declined the baggage, for its price or by its risk rules. The order is cancelled. */
  | 'BAGGAGE_RISK_FAILED'
  /** The airline does not offer baggage of the ordered weight. The order is cancelled. */
  | 'BAGGAGE_WEIGHT_MISMATCH'
  /** The airline declined the card. The order is cancelled. */
  | 'CARD_DECLINED_BY_AIRLINE'
  /** The card has too little money or too low a limit. The order is cancelled. */
  | 'CARD_FUNDS_OR_LIMIT'
  /** The card asks for 3-D Secure, which cannot be done here. The order is cancelled. */
  | 'CARD_REQUIRES_3DS'
  /** The airline does not accept the contact e-mail address. The order is cancelled. */
  | 'CONTACT_EMAIL_BLOCKED'
  /** The deposit was too low when the ticket was to be issued. The order is cancelled. */
  | 'DEPOSIT_INSUFFICIENT'
  /** The airline has another booking of the same passenger and flight. The order is cancelled. */
  | 'DUPLICATE_BOOKING'
  /** The fare changed before the ticket was issued. The order is cancelled. */
  | 'FARE_CHANGED'
  /** The ordered services do not fit the flights of the booking. The order is cancelled. */
  | 'FLIGHT_INFO_MISMATCH'
  /** The schedule of the flight changed before the ticket was issued. The order is cancelled. */
  | 'FLIGHT_INFO_UPDATED'
  /** The airline no longer offers the flight. The order is cancelled. */
  | 'FLIGHT_NOT_FOUND'
  /** The flight was sold out after the payment and before the ticket was issued. The order is cancelled. */
  | 'FLIGHT_SOLD_OUT'
  /** The frequent-flyer number can only be added by hand. No ticket was issued. */
  | 'FREQUENT_FLYER_MANUAL'
  /** The airline takes no infants on this booking. The order is cancelled. */
  | 'INFANT_UNSUPPORTED'
  /** The order is paid, and the airline has not returned its booking reference yet. Atlas is obtaining it. */
  | 'PAID_PNR_PENDING'
  /** A passenger may not be booked: the airline reports a no-travel list. The order is cancelled. */
  | 'PASSENGER_BLACKLISTED'
  /** The airline rejected the details of a passenger. The order is cancelled. */
  | 'PASSENGER_DATA_REJECTED'
  /** The airline's risk rules declined the payment. The order is cancelled. */
  | 'PAYMENT_DECLINED_RISK_CONTROL'
  /** Payment details that the airline needs are missing or wrong. The order is cancelled. */
  | 'PAYMENT_INFO_MISSING'
  /** The airline cancelled the reservation, or its time ran out. The order is cancelled. */
  | 'PNR_CANCELLED_OR_EXPIRED'
  /** Services cannot be added to this booking after ticketing. The order is cancelled. */
  | 'POST_TICKETING_ANCILLARY_UNSUPPORTED'
  /** The airline does not take this round trip as one booking. The order is cancelled. */
  | 'ROUND_TRIP_UNSUPPORTED'
  /** The seat was no longer available when the ticket was to be issued. The order is cancelled. */
  | 'SEAT_SOLD_OUT'
  /** The ticket could not be issued, for a reason that Atlas does not document. The order is cancelled. */
  | 'TICKETING_ERROR_UNDOCUMENTED'
  /** The ticket could not be issued because of a system error. The order is cancelled. */
  | 'TICKETING_SYSTEM_ERROR'
  /** The booking has other services that are not paid. The order is cancelled. */
  | 'UNPAID_SERVICES_ON_PNR'
  /** The ticket was not issued, for a reason that this gateway does not know. */
  | 'UNRECOGNIZED'
  /** The age of a passenger does not fit the passenger type. The order is cancelled. */
  | 'WRONG_AGE';

/** What a failed ticketing means for the money. */
export type TicketingFailureMoney =
  /** The money is expected not to have been taken; that has to be verified. */
  | 'NOT_CAPTURED'
  /** The order is paid and stays so. Never pay it again. */
  | 'PAID'
  /** A deposit should return. Whether a card was charged depends on whether the airline took the payment. */
  | 'RECONCILE'
  /** The order was paid. The money has to come back, which cannot be seen here. */
  | 'REFUND_DUE'
  /** Nobody knows whether money was taken. Do not book again before a person has found out. */
  | 'UNKNOWN';

export type OrderFieldsFragment = { orderNo: string, state: OrderState, payBefore: string | null, paymentMethods: Array<PaymentMethod>, pnrCode: string | null, airlineRecordLocators: Array<string>, readAt: string, total: { amount: string, currency: string } | null, paymentOptions: Array<{ paymentMethod: PaymentMethod, paymentFee: { amount: string, currency: string } | null, chargedToCard: { amount: string, currency: string } | null, total: { amount: string, currency: string } | null }>, ticketingFailure: { code: TicketingFailureCode, money: TicketingFailureMoney, action: RemediationAction, message: string, remediation: string } | null };

export type ReadOrderQueryVariables = Exact<{
  orderNo: string | number;
}>;


export type ReadOrderQuery = { order:
    | { __typename: 'Order', orderNo: string, state: OrderState, payBefore: string | null, paymentMethods: Array<PaymentMethod>, pnrCode: string | null, airlineRecordLocators: Array<string>, readAt: string, total: { amount: string, currency: string } | null, paymentOptions: Array<{ paymentMethod: PaymentMethod, paymentFee: { amount: string, currency: string } | null, chargedToCard: { amount: string, currency: string } | null, total: { amount: string, currency: string } | null }>, ticketingFailure: { code: TicketingFailureCode, money: TicketingFailureMoney, action: RemediationAction, message: string, remediation: string } | null }
    | { __typename: 'OrderError', code: OrderErrorCode, message: string, remediation: string, paymentState: PaymentState, retryable: boolean }
   };

export type FollowOrderSubscriptionVariables = Exact<{
  orderNo: string | number;
}>;


export type FollowOrderSubscription = { orderProgress: { __typename: 'Order', orderNo: string, state: OrderState, payBefore: string | null, paymentMethods: Array<PaymentMethod>, pnrCode: string | null, airlineRecordLocators: Array<string>, readAt: string, total: { amount: string, currency: string } | null, paymentOptions: Array<{ paymentMethod: PaymentMethod, paymentFee: { amount: string, currency: string } | null, chargedToCard: { amount: string, currency: string } | null, total: { amount: string, currency: string } | null }>, ticketingFailure: { code: TicketingFailureCode, money: TicketingFailureMoney, action: RemediationAction, message: string, remediation: string } | null } };

export type PayMutationVariables = Exact<{
  input: PayOrderInput;
}>;


export type PayMutation = { payOrder:
    | { __typename: 'PaymentError', code: PaymentErrorCode, message: string, remediation: string, action: RemediationAction, paymentState: PaymentState, retryable: boolean, retryAfterSeconds: number | null, field: Array<string> | null, paymentId: string | null }
    | { __typename: 'PaymentSuccess' }
   };

export type ErrorTextsQueryVariables = Exact<{ [key: string]: never; }>;


export type ErrorTextsQuery = { paymentErrorCatalog: Array<{ code: PaymentErrorCode, paymentState: PaymentState, message: string, remediation: string }> };

export const OrderFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderNo"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"payBefore"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"paymentMethods"}},{"kind":"Field","name":{"kind":"Name","value":"paymentOptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentMethod"}},{"kind":"Field","name":{"kind":"Name","value":"paymentFee"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"chargedToCard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pnrCode"}},{"kind":"Field","name":{"kind":"Name","value":"airlineRecordLocators"}},{"kind":"Field","name":{"kind":"Name","value":"ticketingFailure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"money"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remediation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"readAt"}}]}}]} as unknown as DocumentNode<OrderFieldsFragment, unknown>;
export const ReadOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderNo"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderNo"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderNo"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderFields"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remediation"}},{"kind":"Field","name":{"kind":"Name","value":"paymentState"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderNo"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"payBefore"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"paymentMethods"}},{"kind":"Field","name":{"kind":"Name","value":"paymentOptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentMethod"}},{"kind":"Field","name":{"kind":"Name","value":"paymentFee"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"chargedToCard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pnrCode"}},{"kind":"Field","name":{"kind":"Name","value":"airlineRecordLocators"}},{"kind":"Field","name":{"kind":"Name","value":"ticketingFailure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"money"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remediation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"readAt"}}]}}]} as unknown as DocumentNode<ReadOrderQuery, ReadOrderQueryVariables>;
export const FollowOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderNo"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderProgress"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderNo"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderNo"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"OrderFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OrderFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderNo"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"payBefore"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"paymentMethods"}},{"kind":"Field","name":{"kind":"Name","value":"paymentOptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentMethod"}},{"kind":"Field","name":{"kind":"Name","value":"paymentFee"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"chargedToCard"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pnrCode"}},{"kind":"Field","name":{"kind":"Name","value":"airlineRecordLocators"}},{"kind":"Field","name":{"kind":"Name","value":"ticketingFailure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"money"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remediation"}}]}},{"kind":"Field","name":{"kind":"Name","value":"readAt"}}]}}]} as unknown as DocumentNode<FollowOrderSubscription, FollowOrderSubscriptionVariables>;
export const PayDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Pay"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PayOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"payOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PaymentError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remediation"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"paymentState"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}},{"kind":"Field","name":{"kind":"Name","value":"retryAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"paymentId"}}]}}]}}]}}]} as unknown as DocumentNode<PayMutation, PayMutationVariables>;
export const ErrorTextsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ErrorTexts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"paymentErrorCatalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"paymentState"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remediation"}}]}}]}}]} as unknown as DocumentNode<ErrorTextsQuery, ErrorTextsQueryVariables>;