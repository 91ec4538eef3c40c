import type { Job } from './job.js'
import { comparisons, isJudged } from './targets.js'

export interface PlanOptions {
  readonly scenarios: readonly string[]
  readonly controllers: readonly string[]
  readonly seeds: readonly number[]
  /** Controllers that run with all seeds where something is asked of them; `undefined`: all run with all seeds. */
  readonly judged: readonly string[] | undefined
  /** How many of the seeds the rest runs with. */
  readonly otherSeeds: number
  readonly cutAt: number | undefined
}

/** Whose place the default takes, and where the two are set side by side. */
const BASELINE = { controller: 'predecessor', scenarios: ['bucket-50ms', 'bucket-200ms'] }

/** What to run, scenario by scenario. */
export const plan = (options: PlanOptions): readonly Job[] =>
  options.scenarios.flatMap((scenario) =>
    options.controllers.flatMap((controller) =>
      seedsFor(options, scenario, controller).map((seed): Job => ({
        controller,
        scenario,
        seed,
        ...(options.cutAt !== undefined && { cutAt: options.cutAt }),
      })),
    ),
  )

const seedsFor = (
  { judged, seeds, otherSeeds }: PlanOptions,
  scenario: string,
  controller: string,
): readonly number[] => {
  if (judged === undefined || (judged.includes(controller) && isJudged(scenario))) return seeds
  const isCompared = comparisons.some((one) => one.scenario === scenario && one.than === controller)
  const isBaseline = controller === BASELINE.controller && BASELINE.scenarios.includes(scenario)
  return isCompared || isBaseline ? seeds : seeds.slice(0, otherSeeds)
}
