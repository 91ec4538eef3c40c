import { axes } from './growth/axes.js'
import type { Spans } from './measure.js'
import { profiles } from './profile/profiles.js'
import { scenarios } from './scenarios/all.js'

/** What a worker process can do. */
type Job = (contender: string, spans: Spans) => Promise<unknown>

const jobs = new Map<string, Job>([
  ...[...scenarios, ...axes.map(({ scenario }) => scenario)].map(
    (scenario) => [scenario.name, (contender: string, spans: Spans) => scenario.run(contender, spans)] as const,
  ),
  ...Object.entries(profiles).map(
    ([name, run]) => [`profile-${name}`, (_: string, spans: Spans) => run(spans)] as const,
  ),
])

/** @throws when there is none of this name. */
export function jobNamed(name: string): Job {
  const job = jobs.get(name)
  if (job === undefined) throw new Error(`no job ${name}`)
  return job
}
