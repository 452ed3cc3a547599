/** English: which rule an input broke. */

import type { InputFaultSentences } from '../../language.ts'

export const inputFaults: InputFaultSentences = {
  EMPTY: (field) => `${field} is empty. Nothing was sent.`,
  TOO_LONG: (field, textLengthMax) =>
    `${field} is longer than ${textLengthMax} characters. Nothing was sent.`,
  SURROUNDING_BLANKS: (field) => `${field} begins or ends with a blank. Nothing was sent.`,
  CONTROL_CHARACTER: (field) => `${field} contains a control or invisible character. Nothing was sent.`,
  COMMA: (field) => `${field} contains a comma: give one value, for one order. Nothing was sent.`,
  KEY_FORMAT: (field) => `${field} has to be 16 to 128 visible ASCII characters. Nothing was sent.`,
  CARD_NOT_ALLOWED: (field) => `${field} is given, but this payment method takes no card. Nothing was sent.`,
  CARD_NUMBER: (field) =>
    `${field} has to be a card number: 13 to 19 digits, with a right check digit. Nothing was sent.`,
  CARD_EXPIRY_MONTH: (field) => `${field} has to be a month, 1 to 12. Nothing was sent.`,
  CARD_EXPIRY_YEAR: (field) =>
    `${field} has to be the year in which the card expires, in four digits. Nothing was sent.`,
  CARD_EXPIRED: (field) => `${field} is in the past: the card has expired. Nothing was sent.`,
  CARD_CVV: (field) => `${field} has to be 3 or 4 digits. Nothing was sent.`,
  CARD_CVV_REQUIRED: (field) => `${field} is missing: this payment needs it. Nothing was sent.`,
  HOLDER_NAME: (field) =>
    `${field} has to be letters of the Latin alphabet, blanks and hyphens. Nothing was sent.`,
  COUNTRY_CODE: (field) =>
    `${field} has to be a country code of two capital letters (ISO 3166-1). Nothing was sent.`,
  PROVINCE_CODE: (field) => `${field} has to be a province or state code of two letters. Nothing was sent.`,
  CITY: (field) => `${field} has to be the name of a city, not only digits. Nothing was sent.`,
  POST_CODE: (field) => `${field} has to be 5 to 16 letters and digits. Nothing was sent.`,
  ADDRESS: (field) => `${field} has to be an address of 7 to 128 characters. Nothing was sent.`,
  PAYMENT_LIMIT: (field) => `${field} has to be a whole number, 1 or more. Nothing was sent.`,
  IP_ADDRESS: (field) => `${field} has to be an IP address. Nothing was sent.`,
  THREE_DS_NOT_ALLOWED: (field) =>
    `${field} is given, but only the payment method MOR takes it. Nothing was sent.`,
  AMOUNT: (field) =>
    `${field} has to be a decimal number such as 86.40, not negative, with at most 12 digits before the point and 8 after it. Nothing was sent.`,
  CURRENCY_CODE: (field) =>
    `${field} has to be a currency code of three capital letters (ISO 4217). Nothing was sent.`,
}
