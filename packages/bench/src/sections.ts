import { axes } from './growth/axes.js'
import { growthSection } from './growth/report.js'
import type { Shares } from './profile/parts.js'
import { profiles, type ProfileName } from './profile/profiles.js'
import { profileSection } from './profile/report.js'
import { resultsSection } from './report/results-section.js'
import type { Section } from './report/section.js'
import { runScenarios, type Effort } from './run-scenarios.js'
import { runWorker } from './run-worker.js'
import type { Scenario } from './scenarios/scenario.js'
import { aboutRun, describe, type About } from './about.js'

/** Every scenario against its contenders. */
export async function measureScenarios(scenarios: readonly Scenario[], effort: Effort): Promise<Section> {
  const about = aboutRun(effort)
  const results = await runScenarios(scenarios, effort)
  return resultsSection(results, about())
}

/** How cost grows along each axis. */
export async function measureGrowth(effort: Effort): Promise<Section> {
  const about = aboutRun(effort)
  const results = await runScenarios(
    axes.map(({ scenario }) => scenario),
    effort,
  )
  const measured = axes.map((axis, place) => ({ axis, result: results[place]! }))
  const end = about()
  return introduced(growthSection(measured, end), end)
}

/** Where our own time goes. */
export async function measureProfile(effort: Effort): Promise<Section> {
  const about = aboutRun(effort)
  const rounds = effort.rounds ?? (effort.isQuick ? 1 : 3)
  const runs = new Map<ProfileName, Shares[]>()
  for (const name of Object.keys(profiles) as ProfileName[]) {
    process.stderr.write(`profile-${name} `)
    const shares: Shares[] = []
    for (let round = 0; round < rounds; round++) {
      shares.push(await runWorker<Shares>({ name: `profile-${name}`, contender: 'ours', spans: effort.spans }))
      process.stderr.write('.')
    }
    runs.set(name, shares)
    process.stderr.write('\n')
  }
  const end = about()
  return introduced(profileSection(runs, end), end)
}

/** Says first under what circumstances it was measured. */
function introduced(section: Section, about: About): Section {
  return { ...section, markdown: `${describe(about)}\n\n${section.markdown}` }
}
