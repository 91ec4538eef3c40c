// Programs that use this package over the simulator's network, in virtual time: whatever goes wrong, every promise and
// every callback comes to its end, every total is what has moved, and nothing is left behind.
import { describe, expect, test } from 'vitest'
import { scenario } from '../../simulator/src/oracle/draw-scenario.js'
import type { Profile } from '../../simulator/src/oracle/scenario.js'
import { runFacade } from './oracle/facade-run.js'

const SEEDS = [1, 2, 3]
const FAULTS_A_SEED = 20

const run = (profile: Profile, seed: number, trace?: (line: string) => void) =>
  runFacade({ ...scenario(seed, profile), hostile: undefined }, trace)

/** `REPLAY=lossy:2` plays one seed and writes every packet, fault and end to stderr. */
const [, profileToReplay, seedToReplay] = /^(\w+):(\d+)$/.exec(process.env['REPLAY'] ?? '') ?? []
const replayed = (profile: Profile) => profileToReplay === undefined || profile === profileToReplay

describe('everything that is promised comes, once, and every total is what has moved,', () => {
  const worlds: readonly [what: string, profile: Profile][] = [
    ['while packets only overtake each other', 'calm'],
    ['while packets are lost, late and repeated, and plugins fail', 'lossy'],
    ['while connectors underpay, forge answers and change bytes', 'hostileConnector'],
    ['while all of that happens at once, handlers throw and clocks are wrong', 'chaos'],
  ]
  test.each(worlds.filter(([, profile]) => replayed(profile)))('%s (%s)', async (_, profile) => {
    let faults = 0
    let paid = 0n
    const seeds = seedToReplay === undefined ? SEEDS : [Number(seedToReplay)]
    const trace = seedToReplay === undefined ? undefined : (line: string) => void process.stderr.write(`${line}\n`)
    for (const seed of seeds) {
      const report = await run(profile, seed, trace)
      const again = `REPLAY=${profile}:${seed} npx vitest run --project ilp-protocol-stream everything-settles`
      expect(report.findings, `again, with a trace: ${again}`).toEqual([])
      expect(report.outcomes).toBeGreaterThan(1)
      faults += report.faults
      paid += report.paid
    }
    if (seedToReplay !== undefined) return
    expect(faults).toBeGreaterThan(profile === 'calm' ? 0 : seeds.length * FAULTS_A_SEED)
    expect(paid).toBeGreaterThan(0n)
  })
})

test('a seed gives the same run each time, packet by packet', async () => {
  const traces = [[], []] as [string[], string[]]
  for (const lines of traces) await run('chaos', 1, (line) => lines.push(line))
  expect(traces[0].length).toBeGreaterThan(1_000)
  expect(traces[1]).toEqual(traces[0])
})
