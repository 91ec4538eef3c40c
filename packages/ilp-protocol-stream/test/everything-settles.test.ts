// Programs that use this package over the simulator's network, in virtual time: whatever goes wrong, every promise and
// every callback comes to its end, every total is what has moved, and nothing is left behind.
import { expect, test } from 'vitest'
import { scenario } from '../../simulator/src/oracle/draw-scenario.js'
import type { Profile } from '../../simulator/src/oracle/scenario.js'
import { runFacade } from './oracle/facade-run.js'

const SEEDS = 3
const FAULTS_A_SEED = 20

test.each<Profile>(['calm', 'lossy', 'hostileConnector', 'chaos'])('%s', async (profile) => {
  let faults = 0
  let paid = 0n
  for (let seed = 1; seed <= SEEDS; seed++) {
    const report = await runFacade({ ...scenario(seed, profile), hostile: undefined })
    expect(report.findings, `seed ${seed} of ${profile}`).toEqual([])
    expect(report.outcomes).toBeGreaterThan(1)
    faults += report.faults
    paid += report.paid
  }
  expect(faults).toBeGreaterThan(profile === 'calm' ? 0 : SEEDS * FAULTS_A_SEED)
  expect(paid).toBeGreaterThan(0n)
})
