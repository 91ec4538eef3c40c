import { nodeCrypto } from '@stream/crypto/node'
import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/oracle/run.js'
import { runPredecessor } from '../oracle/predecessor-run.js'
import { proofs } from '../oracle/proofs.js'

describe.each(proofs)('$defect', ({ scenario, finds }) => {
  test('is found in the published predecessor', async () => {
    const violations = await runPredecessor(scenario)
    expect(violations.map(({ invariant }) => invariant)).toContain(finds)
  })

  test('is not found in ours, whose money and bytes all arrive', () => {
    const report = runScenario(scenario, { crypto: nodeCrypto })
    expect(report.violations).toEqual([])
    expect(report.faultCount).toBeGreaterThan(0)
  })
})
