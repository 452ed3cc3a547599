/** The card of a payment. It lives in memory for one request, and is in no record, log line or error. */

/** Who pays with the card, where its airline asks for it. Each part is null when it was not given. */
export interface BillingAddress {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  readonly province: string | null
  readonly city: string | null
  readonly postCode: string | null
  readonly address: string | null
}

/** A card whose every field has passed its check. */
export interface Card {
  /** 13 to 19 digits. */
  readonly number: string
  /** 1 to 12. */
  readonly expiryMonth: number
  /** Four digits. */
  readonly expiryYear: number
  /** Null only when a card that Atlas knows is used again (MOR). */
  readonly cvv: string | null
  readonly holderFirstName: string
  readonly holderLastName: string
  readonly billing: BillingAddress
  /** Whether the card may be charged more than once. */
  readonly reusable: boolean | null
  /** The most that the airline may charge, in the airline's own currency, whole units. */
  readonly paymentLimit: number | null
  /** The device of the card's holder, for 3-D Secure (MOR). */
  readonly threeDSecureIp: string | null
}
