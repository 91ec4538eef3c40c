import { nodeCrypto } from '@stream/crypto/node'
import { describe, expect, test } from 'vitest'
import { profiles, runScenario, scenario, type Profile } from '../src/oracle/index.js'
import { pastFailures } from './oracle/past-failures.js'

const SEEDS = 6
const FAULTS_A_SEED = 50

const play = (profile: Profile, seed: number) => runScenario(scenario(seed, profile), { crypto: nodeCrypto })

describe.each(profiles)('%s', (profile) => {
  test('money is conserved, bytes arrive whole, limits hold, everything ends', () => {
    let faults = 0
    let money = 0n
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = play(profile, seed)
      expect(report.violations, `seed ${seed}; npm run sim -- --replay ${seed} --profile ${profile} --trace`).toEqual(
        [],
      )
      faults += report.faultCount
      money += report.money
    }
    expect(faults).toBeGreaterThan(SEEDS * FAULTS_A_SEED)
    expect(money).toBeGreaterThan(0n)
  })
})

describe('what failed once', () => {
  test.each(pastFailures)('%s %i: %s', (profile, seed) => {
    expect(play(profile, seed).violations).toEqual([])
  })
})

test('the same scenario gives the same run, to the last line of its trace', () => {
  const trace = (seed: number) => {
    const lines: string[] = []
    runScenario(scenario(seed, 'chaos'), { crypto: nodeCrypto, trace: (line) => lines.push(line) })
    return lines
  }
  expect(trace(3)).toEqual(trace(3))
  expect(trace(3)).not.toEqual(trace(4))
})

test('a scenario is data: nothing of it is left to chance or to the machine', () => {
  for (const profile of profiles) expect(scenario(5, profile)).toEqual(scenario(5, profile))
  expect(() => structuredClone(scenario(5, 'chaos'))).not.toThrow()
})
