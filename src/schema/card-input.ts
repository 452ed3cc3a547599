/** CardInput: the card of a payment, for the methods that charge one. */

import { builder } from './builder.ts'

const BillingAddressInput = builder.inputType('BillingAddressInput', {
  description:
    'The address that the bank of the card knows. Which parts are needed depends on the airline; Atlas refuses a payment that lacks one.',
  fields: (t) => ({
    country: t.string({
      required: false,
      description: 'ISO 3166-1 alpha-2 code: two capital letters, e.g. `SG`.',
    }),
    province: t.string({ required: false, description: 'Two letters, e.g. `CA`.' }),
    city: t.string({
      required: false,
      description: '1 to 64 characters, not only digits, without surrounding blanks.',
    }),
    postCode: t.string({
      required: false,
      description: '5 to 16 letters and digits, without blanks and hyphens.',
    }),
    address: t.string({
      required: false,
      description: 'Street and number, 7 to 128 characters, without surrounding blanks.',
    }),
  }),
})

export const CardInput = builder.inputType('CardInput', {
  description:
    'A card, for VCC_PASSTHROUGH and MOR. It is passed on to Atlas and kept nowhere. Send it in variables: a document with card values in it is refused (CARD_IN_DOCUMENT), since documents get logged.',
  fields: (t) => ({
    number: t.string({ description: '13 to 19 digits without blanks, with a right check digit (Luhn).' }),
    expiryMonth: t.int({ description: '1 to 12.' }),
    expiryYear: t.int({
      description:
        'Four digits, e.g. 2029, at most 2099. A card is good to the end of its month, as long as that lasts anywhere on earth.',
    }),
    cvv: t.string({
      required: false,
      description:
        'The security code, 3 or 4 digits. Required, but for MOR with a card that Atlas has charged before: null then.',
    }),
    holderFirstName: t.string({
      description:
        'As on the card: letters of the Latin alphabet (A to Z, and those of Western Europe with their accents), blanks and hyphens, 1 to 64 characters, without surrounding blanks.',
    }),
    holderLastName: t.string({ description: 'As `holderFirstName`.' }),
    billing: t.field({ type: BillingAddressInput, required: false, description: 'The billing address.' }),
    reusable: t.boolean({
      required: false,
      description:
        'Whether the card may be charged more than once. Atlas takes a card that does not say so for single-use.',
    }),
    paymentLimit: t.int({
      required: false,
      description:
        "The most that the airline may charge, in whole units of the airline's own currency, 1 or more.",
    }),
    threeDSecureIp: t.string({
      required: false,
      description:
        'IPv4 or IPv6 address of the device of the card holder, for 3-D Secure. Only for MOR; Atlas takes the address of the gateway where it is missing.',
    }),
  }),
})
