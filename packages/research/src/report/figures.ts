import { scenarioOf, type RunResult } from '../job.js'
import { capacityOf, rateSteps } from '../measure/capacity.js'
import type { Quantity } from '../measure/plot-series.js'
import { figure } from './figure.js'

/** What the documentation shows: a scenario, what of it, and of whom. */
const SHOWN: readonly { scenario: string; quantity: Quantity; controllers?: readonly string[] }[] = [
  { scenario: 'bucket-50ms', quantity: 'delivered' },
  { scenario: 'bucket-200ms', quantity: 'window' },
  { scenario: 'rate-step-down', quantity: 'rejects' },
  { scenario: 'rate-step-up', quantity: 'delivered' },
  { scenario: 'competitors-8', quantity: 'fairness' },
  { scenario: 'queue', quantity: 'queueing-delay' },
]

/** The figures of the documentation, as far as their scenarios were run; of the first seed. */
export const figures = (
  results: readonly RunResult[],
  controllers: readonly string[],
): readonly { readonly name: string; readonly svg: string }[] =>
  SHOWN.flatMap(({ scenario, quantity }) => {
    const ofScenario = results.filter((result) => result.scenario === scenario)
    const [first] = ofScenario
    if (first === undefined) return []
    const settings = scenarioOf(first)
    const capacity = capacityOf(settings)
    const reference = quantity === 'delivered' ? rateSteps(capacity, settings.duration) : []
    const svg = figure(
      ofScenario.filter(({ seed }) => seed === first.seed),
      quantity,
      { controllers, changes: capacity.changes, reference },
    )
    return svg === undefined ? [] : [{ name: `${scenario}-${quantity}.svg`, svg }]
  })
