/** The `creditCard` of a pay.do as Atlas documents it: what is no card at all, and therefore answers 400. */

import { z } from 'zod'

/** Postcode and address must be longer than 4 and 6 characters. */
const postCodeShape = z.string().regex(/^[A-Za-z0-9]{5,}$/)
const addressCharsMin = 7

/**
 * Number, names and expiry are only checked for being readable here: a card that is readable and still wrong
 * answers 413. Fields that are not documented are dropped.
 */
export const creditCardShape = z.object({
  cardNumber: z.string(),
  /** Null is for a card that Atlas knows. */
  cardCVV: z
    .string()
    .regex(/^\d{3,4}$/)
    .nullable(),
  cardExpireMonth: z.string().regex(/^(?:0[1-9]|1[0-2])$/),
  /** Atlas's own samples have both forms. */
  cardExpireYear: z.string().regex(/^(?:\d{2}|\d{4})$/),
  cardHolderFirstName: z.string(),
  cardHolderLastName: z.string(),
  cardHolderCountry: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullish(),
  cardHolderProvince: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .nullish(),
  cardHolderCity: z.string().regex(/[^\d]/).nullish(),
  cardHolderPostCode: postCodeShape.nullish(),
  cardHolderAddress: z.string().min(addressCharsMin).nullish(),
  reusable: z.boolean().nullish(),
  /** The most the airline may charge, in the currency of the vendor. */
  paymentLimit: z.int().nullish(),
  threeDS: z.object({ ip: z.string() }).nullish(),
})

export type CreditCard = z.infer<typeof creditCardShape>
