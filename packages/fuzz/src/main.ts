import { availableParallelism } from 'node:os'
import path from 'node:path'
import { readInputs, writeCrash, writeSeeds } from './corpus.js'
import { parseCommand, usage, type FuzzCommand } from './options.js'
import { runTask } from './run-task.js'
import type { FuzzReport } from './task.js'
import { targets } from './targets/all.js'

function replay(command: FuzzCommand, file: string): number {
  const target = targets.find(({ name }) => name === command.targets[0])
  const inputs = readInputs(path.resolve(process.env['INIT_CWD'] ?? '.', file))
  let failures = 0
  for (const [index, input] of inputs.entries()) {
    try {
      target?.run(input)
    } catch (error) {
      failures++
      console.error(`input ${index + 1}:`, error)
    }
  }
  console.log(`${inputs.length} inputs, ${failures} crashes`)
  return failures
}

function print(report: FuzzReport): void {
  const { target, executions, milliseconds, characters, crashes, discoveries, seeds } = report
  const rate = Math.round((executions * 1000) / Math.max(1, milliseconds))
  const seconds = (milliseconds / 1000).toFixed(1)
  console.log(
    `${target.padEnd(14)}${String(executions).padStart(9)} executions${String(rate).padStart(8)}/s${seconds.padStart(7)} s` +
      `${String(Math.round(characters / 1000)).padStart(5)} kB of code${String(discoveries.length).padStart(6)} new${String(crashes.length).padStart(5)} crashes`,
  )
  for (const { what, input } of crashes) {
    const file = path.relative(process.cwd(), writeCrash(target, input, what))
    console.log(`\n${what}\n${file}\nagain: npm run fuzz -- --target ${target} --replay ${file}\n`)
  }
  if (seeds !== undefined) {
    console.log(`${seeds.length} inputs in ${path.relative(process.cwd(), writeSeeds(target, seeds))}`)
  }
}

async function fuzzAll(command: FuzzCommand): Promise<number> {
  console.log(`seed ${command.seed}`)
  const waiting = [...command.targets]
  let crashes = 0
  const lane = async (): Promise<void> => {
    for (let name; (name = waiting.shift()) !== undefined;) {
      const { seed, executions, seconds, grow } = command
      const report = await runTask({ target: name, seed, executions, seconds, grow, useCoverage: true })
      crashes += report.crashes.length
      print(report)
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, lane))
  console.log(crashes === 0 ? 'no crashes' : `${crashes} crashes`)
  return crashes
}

async function main(): Promise<number> {
  let command: FuzzCommand
  try {
    command = parseCommand(process.argv.slice(2), Date.now())
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 1
  }
  return command.replay === undefined ? fuzzAll(command) : replay(command, command.replay)
}

process.exitCode = (await main()) === 0 ? 0 : 1
