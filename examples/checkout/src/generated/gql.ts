/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment OrderFields on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n    total {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketingFailure {\n    code\n    money\n    action\n    message\n    remediation\n  }\n  readAt\n}\n\nquery ReadOrder($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n    ... on OrderError {\n      code\n      message\n      remediation\n      paymentState\n      retryable\n    }\n  }\n}\n\nsubscription FollowOrder($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n  }\n}\n\nmutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentError {\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      paymentId\n    }\n  }\n}\n\nquery ErrorTexts {\n  paymentErrorCatalog {\n    code\n    paymentState\n    message\n    remediation\n  }\n}": typeof types.OrderFieldsFragmentDoc,
};
const documents: Documents = {
    "fragment OrderFields on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n    total {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketingFailure {\n    code\n    money\n    action\n    message\n    remediation\n  }\n  readAt\n}\n\nquery ReadOrder($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n    ... on OrderError {\n      code\n      message\n      remediation\n      paymentState\n      retryable\n    }\n  }\n}\n\nsubscription FollowOrder($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n  }\n}\n\nmutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentError {\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      paymentId\n    }\n  }\n}\n\nquery ErrorTexts {\n  paymentErrorCatalog {\n    code\n    paymentState\n    message\n    remediation\n  }\n}": types.OrderFieldsFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment OrderFields on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n    total {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketingFailure {\n    code\n    money\n    action\n    message\n    remediation\n  }\n  readAt\n}\n\nquery ReadOrder($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n    ... on OrderError {\n      code\n      message\n      remediation\n      paymentState\n      retryable\n    }\n  }\n}\n\nsubscription FollowOrder($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n  }\n}\n\nmutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentError {\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      paymentId\n    }\n  }\n}\n\nquery ErrorTexts {\n  paymentErrorCatalog {\n    code\n    paymentState\n    message\n    remediation\n  }\n}"): (typeof documents)["fragment OrderFields on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n    total {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketingFailure {\n    code\n    money\n    action\n    message\n    remediation\n  }\n  readAt\n}\n\nquery ReadOrder($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n    ... on OrderError {\n      code\n      message\n      remediation\n      paymentState\n      retryable\n    }\n  }\n}\n\nsubscription FollowOrder($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    __typename\n    ...OrderFields\n  }\n}\n\nmutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentError {\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      paymentId\n    }\n  }\n}\n\nquery ErrorTexts {\n  paymentErrorCatalog {\n    code\n    paymentState\n    message\n    remediation\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;