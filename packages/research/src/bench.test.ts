import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../test/folder.js'
import { runBench } from './bench.js'
import { BenchUsageError, type BenchOptions } from './options.js'

const surroundings = { progress: { write: () => true }, now: () => 0 }

const options = (over: Partial<BenchOptions> = {}): BenchOptions => ({
  controllers: ['paced-aimd', 'fixed-window'],
  scenarios: ['bucket-50ms', 'competitors-2'],
  seeds: [1],
  judged: undefined,
  otherSeeds: 1,
  workers: 0,
  out: temporaryFolder(),
  resume: false,
  cutAt: 3000,
  controllerModules: [],
  figures: undefined,
  ...over,
})

test('two controllers in two scenarios: figures, tables, curves and a page that needs no network', async () => {
  const asked = options()
  const { results, ran, table } = await runBench(asked, surroundings)
  expect(ran).toBe(4)
  expect(results.map(({ scenario, controller }) => `${scenario} ${controller}`)).toEqual([
    'bucket-50ms paced-aimd',
    'bucket-50ms fixed-window',
    'competitors-2 paced-aimd',
    'competitors-2 fixed-window',
  ])
  for (const { metrics } of results) {
    expect(metrics['utilisation']).toBeGreaterThan(0)
    expect(metrics['utilisation']).toBeLessThan(1.2)
    expect(metrics['connections-ended']).toBe(0)
  }
  const [gentle, blunt] = results
  expect(gentle?.metrics['rejects-per-100']).toBeLessThan(blunt?.metrics['rejects-per-100'] ?? 0)
  expect(table).toMatch(/bucket-50ms +utilisation +≥ 95.0 %/)
  const written = (name: string): string => readFileSync(path.join(asked.out, name), 'utf8')
  expect(written('summary.csv').split('\n')[0]).toBe('scenario,controller,metric,seeds,median,least,greatest')
  expect(written('runs.csv')).toContain('competitors-2,fixed-window,1,utilisation,')
  expect(written('series.csv')).toContain('bucket-50ms,paced-aimd,1,delivered,0,')
  const page = written('report.html')
  expect(page.match(/<svg /g)?.length).toBeGreaterThan(6)
  expect(page).not.toMatch(/<script|(src|href)="(https?:|\/)|@import|url\(/)
})

test('the same seed gives the same figures; a resumed bench runs only what is missing', async () => {
  const asked = options({ scenarios: ['refusals-5-percent'], controllers: ['paced-aimd'] })
  const { results } = await runBench(asked, surroundings)
  const again = await runBench({ ...asked, out: temporaryFolder() }, surroundings)
  expect(again.results).toEqual(results)
  const more = await runBench({ ...asked, seeds: [1, 2], resume: true }, surroundings)
  expect(more.ran).toBe(1)
  expect(more.results[0]).toEqual(results[0])
  expect(more.results[1]?.metrics).not.toEqual(results[0]?.metrics)
})

test('a controller that there is not is named, with those that there are', async () => {
  const asked = runBench(options({ controllers: ['aimd', 'reno'] }), surroundings)
  await expect(asked).rejects.toThrow(BenchUsageError)
  await expect(asked).rejects.toThrow('--controllers names reno; there are bottleneck-rate, paced-aimd')
})

test('the figures of the documentation are files of their own', async () => {
  const figures = temporaryFolder()
  await runBench(options({ figures, scenarios: ['bucket-50ms'] }), surroundings)
  const svg = readFileSync(path.join(figures, 'bucket-50ms-delivered.svg'), 'utf8')
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
  expect(svg).toContain('paced-aimd')
  expect(svg.length).toBeLessThan(60_000)
})

test('the tables of the documentation say how to make them again, and what is reached', async () => {
  const folder = temporaryFolder()
  const asked = options({
    scenarios: ['bucket-50ms'],
    controllers: ['aimd'],
    judged: ['aimd'],
    seeds: [1, 2],
    figures: folder,
  })
  const { verdicts } = await runBench(asked, surroundings)
  const text = readFileSync(path.join(folder, 'results.md'), 'utf8')
  expect(text).toContain('--seeds 2 --judge aimd --other-seeds 1 --controllers aimd --scenarios bucket-50ms --figures')
  expect(verdicts).toMatch(/^aimd: \d of 4 targets reached\n/)
  expect(text).toContain(verdicts)
})

test('who is to be judged must be among the controllers', async () => {
  await expect(runBench(options({ judged: ['cubic'] }), surroundings)).rejects.toThrow('--judge names cubic')
})
