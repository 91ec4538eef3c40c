import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import path from 'node:path'
import type { Metrics } from './measure.js'
import { parseOptions, USAGE, type BenchOptions } from './options.js'
import { barChart } from './report/bar-chart.js'
import { tables } from './report/table.js'
import { summarise, type ScenarioResult } from './results.js'
import { runWorker } from './run-worker.js'
import type { Scenario } from './scenarios/scenario.js'

const options = parseOptions(process.argv.slice(2))
if (options === 'help') console.log(USAGE)
else await bench(options)

async function bench({ scenarios, rounds, spans, out }: BenchOptions): Promise<void> {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    loadBefore: loadavg()[0],
  }
  const started = performance.now()
  const results: ScenarioResult[] = []
  for (const scenario of scenarios) {
    process.stderr.write(`${scenario.name} `)
    results.push({ scenario, runs: await alternate(scenario, Math.min(rounds, scenario.maxRounds ?? rounds), spans) })
    process.stderr.write('\n')
  }
  const seconds = Math.round((performance.now() - started) / 1000)
  const about = { ...machine, loadAfter: loadavg()[0], rounds, spans, seconds }
  const report = tables(results)
  console.log(report)
  await mkdir(out, { recursive: true })
  await writeFile(path.join(out, 'results.md'), `${report}\n`)
  await writeFile(
    path.join(out, 'results.json'),
    `${JSON.stringify({ about, scenarios: results.map(plain) }, undefined, 2)}\n`,
  )
  for (const result of results) {
    for (const { name } of result.scenario.metrics) {
      await writeFile(path.join(out, `${result.scenario.name}-${name}.svg`), barChart(result, name))
    }
  }
  console.log(`\n${seconds} s; results.md, results.json and plots are in ${out}/`)
}

/** One process after the other, and in each round the other way round, so that what the machine does meets all alike. */
async function alternate(scenario: Scenario, rounds: number, spans: BenchOptions['spans']) {
  const runs = new Map<string, Metrics[]>(scenario.contenders.map((contender) => [contender, []]))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? scenario.contenders : [...scenario.contenders].reverse()
    for (const contender of order) {
      try {
        runs.get(contender)!.push(await runWorker(scenario, contender, spans))
        process.stderr.write('.')
      } catch (error) {
        // The others' numbers still count; the run as a whole has failed.
        runs.get(contender)!.push({})
        process.exitCode = 1
        console.error(`\n${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return runs
}

function plain(result: ScenarioResult) {
  const { scenario, runs } = result
  return {
    name: scenario.name,
    title: scenario.title,
    metrics: scenario.metrics,
    contenders: scenario.contenders.map((contender) => ({
      name: contender,
      summary: Object.fromEntries(scenario.metrics.map(({ name }) => [name, summarise(result, contender, name)])),
      runs: runs.get(contender),
    })),
  }
}
