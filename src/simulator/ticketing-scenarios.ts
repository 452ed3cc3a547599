/** Scenarios of what comes after an accepted payment. */

import { pays, type Scenario } from './scenario.ts'

export const ticketingScenarios: readonly Scenario[] = [
  {
    ...pays,
    name: 'SIM-TICKETING-615',
    description: 'Pays, and stays paid with errorCode 615: Atlas is still waiting for the airline.',
    ticketing: { outcome: 'pending', errorCode: '615', delayFactor: 1 },
  },
  {
    ...pays,
    name: 'SIM-TICKET-SLOW',
    description: 'Pays, and is ticketed only after ten times ticketAfterMs.',
    ticketing: { outcome: 'ticketed', errorCode: null, delayFactor: 10 },
  },
]
