/** What magic order numbers make the simulated Atlas do. One table drives the simulator and its front page. */

import { offerScenarios } from './offer-scenarios.ts'
import { payingScenarios } from './paying-scenarios.ts'
import { readingScenarios } from './reading-scenarios.ts'
import { scenarioFamilies } from './scenario-families.ts'
import { ordinary, type Scenario } from './scenario.ts'
import { ticketingScenarios } from './ticketing-scenarios.ts'

/** The named scenarios, in the order of the table. */
const scenarios: readonly Scenario[] = [
  ...payingScenarios,
  ...readingScenarios,
  ...ticketingScenarios,
  ...offerScenarios,
]

/** SIM-BALANCE-ONLY is no SIM-BALANCE with an ending: the longest name that fits is meant. */
const longestFirst = scenarios.toSorted((one, other) => other.name.length - one.name.length)

/** What there is to ask for, for people: each name with its one line. */
export const scenarioTable: ReadonlyArray<Pick<Scenario, 'name' | 'description'>> = [
  ...scenarioFamilies,
  ...scenarios,
]

/** What an order number asks for; `ordinary` when nothing. Case matters, as it does for Atlas. */
export function scenarioOf(orderNo: string): Scenario {
  return longestFirst.find(({ name }) => isAskedFor(name, orderNo)) ?? memberOfFamily(orderNo) ?? ordinary
}

function isAskedFor(name: string, orderNo: string): boolean {
  return orderNo === name || orderNo.startsWith(`${name}-`)
}

function memberOfFamily(orderNo: string): Scenario | null {
  for (const family of scenarioFamilies) {
    const scenario = family.member(orderNo)
    if (scenario !== null) return scenario
  }
  return null
}
