/** What really happened, as the oracle keeps it. Instants are epoch milliseconds of this machine. */

import type { PayFault, ReadFault } from './oracle-faults.ts'

export interface TruthRequest {
  /** When the whole pay.do had arrived. */
  readonly arrivedAt: number
  /** Atlas's number of the method. */
  readonly paymentMethod: number
  readonly fault: PayFault
  /** When an answer was written; null while none was. */
  answeredAt: number | null
}

export interface TruthCharge {
  readonly chargedAt: number
  /** When the request that caused it had arrived. */
  readonly arrivedAt: number
  readonly paymentMethod: number
}

export interface TruthOrder {
  readonly orderNo: string
  readonly requests: TruthRequest[]
  readonly charges: TruthCharge[]
  reads: number
}

export interface Truth {
  readonly orders: readonly TruthOrder[]
  /** How often each fault was injected. */
  readonly injected: Readonly<Partial<Record<PayFault | ReadFault, number>>>
}

/** Asks an oracle for everything it knows. */
export async function readTruth(oracleUrl: string): Promise<Truth> {
  const response = await fetch(`${oracleUrl}/oracle/truth`)
  return (await response.json()) as Truth
}
