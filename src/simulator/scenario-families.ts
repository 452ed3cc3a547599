/** The scenarios that are named by a number of Atlas: a status of pay.do, of the query, or of ticketing. */

import { pays, refuses, type ScenarioFamily } from './scenario.ts'

export const scenarioFamilies: readonly ScenarioFamily[] = [
  {
    name: 'SIM-<number>',
    description:
      'Answers that status (SIM-400, SIM-9999; SIM-MINUS-1 is -1) and charges nothing; SIM-0 just pays.',
    member(orderNo) {
      const status = statusIn(orderNo, 'SIM-')
      if (status === null) return null
      return {
        ...refuses,
        name: nameOf('SIM-', status),
        description: `Answers ${status}; not charged.`,
        answer: { kind: 'status', status },
      }
    },
  },
  {
    name: 'SIM-READS-<number>',
    description: 'Pays; the query answers that status with nulls (SIM-READS-705; SIM-READS-MINUS-1 is -1).',
    member(orderNo) {
      const status = statusIn(orderNo, 'SIM-READS-')
      if (status === null) return null
      return {
        ...pays,
        name: nameOf('SIM-READS-', status),
        description: `Pays; the query answers ${status}.`,
        reads: { kind: 'status', status },
      }
    },
  },
  {
    name: 'SIM-TICKET-<code>',
    description:
      'Pays; ticketAfterMs later the order is cancelled with that errorCode (601 to 699, and 6051).',
    member(orderNo) {
      const errorCode = ticketingPattern.exec(orderNo)?.groups?.['code']
      if (errorCode === undefined) return null
      return {
        ...pays,
        name: `SIM-TICKET-${errorCode}`,
        description: `Pays; cancelled with errorCode ${errorCode} ticketAfterMs later.`,
        ticketing: { outcome: 'cancelled', errorCode, delayFactor: 1 },
      }
    },
  },
]

/** Fifteen digits at most, so that every number is an exact integer. */
const statusPattern = /^(?<minus>MINUS-)?(?<digits>\d{1,15})(?:-|$)/

/** Atlas's codes for tickets that could not be issued. */
const ticketingPattern = /^SIM-TICKET-(?<code>6051|6(?:0[1-9]|[1-9]\d))(?:-|$)/

/** The status after a prefix; null when there is none, and for 0, which says that nothing is wrong. */
function statusIn(orderNo: string, prefix: string): number | null {
  if (!orderNo.startsWith(prefix)) return null
  const groups = statusPattern.exec(orderNo.slice(prefix.length))?.groups
  const magnitude = Number(groups?.['digits'] ?? 0)
  if (magnitude === 0) return null
  return groups?.['minus'] === undefined ? magnitude : -magnitude
}

function nameOf(prefix: string, status: number): string {
  return status < 0 ? `${prefix}MINUS-${-status}` : `${prefix}${status}`
}
