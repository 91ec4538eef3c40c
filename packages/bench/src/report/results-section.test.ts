import { expect, test } from 'vitest'
import type { About } from '../about.js'
import type { Metrics } from '../measure.js'
import { scenarioNamed } from '../scenarios/all.js'
import { resultsSection } from './results-section.js'

const about: About = {
  date: '2030-01-02',
  cpu: 'Some CPU',
  cores: 2,
  node: 'v20.20.2',
  load: { before: 0.5, after: 1.25 },
  effort: { isQuick: false, spans: { warmUp: 1, measured: 1 } },
  seconds: 500,
}

const runs = new Map<string, Metrics[]>([
  ['ours', [{ packets: 100, cpu: 10 }]],
  ['ours, again', [{ packets: 100, cpu: 11 }]],
  ['2.7.1', [{ packets: 10, cpu: 100 }]],
])

test('results say under what circumstances they were measured, what the noise is, and which figures are reached', () => {
  const section = resultsSection([{ scenario: scenarioNamed('money-zero'), runs }], about)
  expect(section.markdown).toContain(
    '2030-01-02: a run of 500 s on Some CPU, 2 cores, Node 20.20.2; load 0.5 before and 1.3 after.',
  )
  expect(section.markdown).toContain('ratio of CPU of this code to itself (“ours, again”): 1.1× in `money-zero`')
  expect(section.markdown).toMatch(/\| Money, no latency: CPU +\| +2\.7\.1 \| +≥ 8× \| +10× \| +pass \|/)
  expect([...section.plots.keys()]).toEqual(
    ['packets', 'cpu', 'gap', 'ownGap'].map((metric) => `money-zero-${metric}.svg`),
  )
  for (const svg of section.plots.values()) expect(svg).toMatch(/^<svg xmlns=[^]*<\/svg>\n$/)
  expect(section.documented).toEqual(['money-zero-cpu.svg'])
})
