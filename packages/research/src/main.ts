import { scenarios } from '@stream/simulator/scenarios'
import { runBench } from './bench.js'
import { ControllerModuleError } from './controller-module.js'
import { builtInControllers } from './controllers.js'
import { BenchUsageError, HELP, readOptions } from './options.js'

const list = (): string => {
  const controllers = Object.keys(builtInControllers).map((name) => `  ${name}\n`)
  const lines = scenarios.map(({ name, title }) => `  ${name.padEnd(26)}${title}\n`)
  return `controllers\n${controllers.join('')}scenarios\n${lines.join('')}`
}

const main = async (args: readonly string[]): Promise<void> => {
  const asked = readOptions(args)
  if (asked.command === 'help') return void process.stdout.write(HELP)
  if (asked.command === 'list') return void process.stdout.write(list())
  const surroundings = { progress: process.stderr, now: () => performance.now() }
  const { results, ran, table, verdicts, report } = await runBench(asked.options, surroundings)
  process.stdout.write(`${table}\n${verdicts}\n${results.length} runs (${ran} now); the report is ${report}\n`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof BenchUsageError || error instanceof ControllerModuleError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
