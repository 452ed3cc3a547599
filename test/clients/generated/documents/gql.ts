/* eslint-disable */
import * as types from './graphql.ts';
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
    "query Catalogue($language: Language) {\n  paymentErrorCatalog(language: $language) {\n    code\n    message\n    remediation\n    action\n    paymentState\n    retryable\n  }\n}": typeof types.CatalogueDocument,
    "fragment OrderParts on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    total {\n      amount\n      currency\n    }\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketsIssued\n  ticketingFailure {\n    code\n    message\n    remediation\n    action\n    money\n  }\n  readAt\n}": typeof types.OrderPartsFragmentDoc,
    "subscription OrderProgress($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    ...OrderParts\n  }\n}": typeof types.OrderProgressDocument,
    "query Order($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderParts\n    ... on OrderError {\n      orderNo\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n    }\n  }\n}": typeof types.OrderDocument,
    "mutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentSuccess {\n      orderNo\n      paymentId\n      paymentMethod\n      pnrCode\n      acceptedAt\n      evidence\n      replayed\n    }\n    ... on PaymentError {\n      orderNo\n      paymentId\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      replayed\n    }\n  }\n}": typeof types.PayDocument,
    "query Payment($orderNo: ID!) {\n  payment(orderNo: $orderNo) {\n    orderNo\n    state\n    paymentMethod\n    startedAt\n    settledAt\n    attempts {\n      paymentId\n      paymentState\n      code\n    }\n  }\n}": typeof types.PaymentDocument,
};
const documents: Documents = {
    "query Catalogue($language: Language) {\n  paymentErrorCatalog(language: $language) {\n    code\n    message\n    remediation\n    action\n    paymentState\n    retryable\n  }\n}": types.CatalogueDocument,
    "fragment OrderParts on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    total {\n      amount\n      currency\n    }\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketsIssued\n  ticketingFailure {\n    code\n    message\n    remediation\n    action\n    money\n  }\n  readAt\n}": types.OrderPartsFragmentDoc,
    "subscription OrderProgress($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    ...OrderParts\n  }\n}": types.OrderProgressDocument,
    "query Order($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderParts\n    ... on OrderError {\n      orderNo\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n    }\n  }\n}": types.OrderDocument,
    "mutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentSuccess {\n      orderNo\n      paymentId\n      paymentMethod\n      pnrCode\n      acceptedAt\n      evidence\n      replayed\n    }\n    ... on PaymentError {\n      orderNo\n      paymentId\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      replayed\n    }\n  }\n}": types.PayDocument,
    "query Payment($orderNo: ID!) {\n  payment(orderNo: $orderNo) {\n    orderNo\n    state\n    paymentMethod\n    startedAt\n    settledAt\n    attempts {\n      paymentId\n      paymentState\n      code\n    }\n  }\n}": types.PaymentDocument,
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
export function graphql(source: "query Catalogue($language: Language) {\n  paymentErrorCatalog(language: $language) {\n    code\n    message\n    remediation\n    action\n    paymentState\n    retryable\n  }\n}"): (typeof documents)["query Catalogue($language: Language) {\n  paymentErrorCatalog(language: $language) {\n    code\n    message\n    remediation\n    action\n    paymentState\n    retryable\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment OrderParts on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    total {\n      amount\n      currency\n    }\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketsIssued\n  ticketingFailure {\n    code\n    message\n    remediation\n    action\n    money\n  }\n  readAt\n}"): (typeof documents)["fragment OrderParts on Order {\n  orderNo\n  state\n  payBefore\n  total {\n    amount\n    currency\n  }\n  paymentMethods\n  paymentOptions {\n    paymentMethod\n    total {\n      amount\n      currency\n    }\n    paymentFee {\n      amount\n      currency\n    }\n    chargedToCard {\n      amount\n      currency\n    }\n  }\n  pnrCode\n  airlineRecordLocators\n  ticketsIssued\n  ticketingFailure {\n    code\n    message\n    remediation\n    action\n    money\n  }\n  readAt\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription OrderProgress($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    ...OrderParts\n  }\n}"): (typeof documents)["subscription OrderProgress($orderNo: ID!) {\n  orderProgress(orderNo: $orderNo) {\n    ...OrderParts\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Order($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderParts\n    ... on OrderError {\n      orderNo\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n    }\n  }\n}"): (typeof documents)["query Order($orderNo: ID!) {\n  order(orderNo: $orderNo) {\n    __typename\n    ...OrderParts\n    ... on OrderError {\n      orderNo\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentSuccess {\n      orderNo\n      paymentId\n      paymentMethod\n      pnrCode\n      acceptedAt\n      evidence\n      replayed\n    }\n    ... on PaymentError {\n      orderNo\n      paymentId\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      replayed\n    }\n  }\n}"): (typeof documents)["mutation Pay($input: PayOrderInput!) {\n  payOrder(input: $input) {\n    __typename\n    ... on PaymentSuccess {\n      orderNo\n      paymentId\n      paymentMethod\n      pnrCode\n      acceptedAt\n      evidence\n      replayed\n    }\n    ... on PaymentError {\n      orderNo\n      paymentId\n      code\n      message\n      remediation\n      action\n      paymentState\n      retryable\n      retryAfterSeconds\n      field\n      replayed\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Payment($orderNo: ID!) {\n  payment(orderNo: $orderNo) {\n    orderNo\n    state\n    paymentMethod\n    startedAt\n    settledAt\n    attempts {\n      paymentId\n      paymentState\n      code\n    }\n  }\n}"): (typeof documents)["query Payment($orderNo: ID!) {\n  payment(orderNo: $orderNo) {\n    orderNo\n    state\n    paymentMethod\n    startedAt\n    settledAt\n    attempts {\n      paymentId\n      paymentState\n      code\n    }\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;