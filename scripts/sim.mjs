#!/usr/bin/env node
// Runs simulated connections in which everything goes wrong that can, and checks what must hold all the same.
//   node scripts/sim.mjs --seeds 1000                        fresh seeds, all profiles in turn
//   node scripts/sim.mjs --seeds 1000 --first 7 --profile lossy --workers 2
//   node scripts/sim.mjs --replay 7 --profile lossy --trace   one run, told line by line
/* oxlint-disable unicorn/require-post-message-target-origin -- threads are no windows */
import { randomInt } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { nodeCrypto } from '../packages/crypto/dist/node.js'
import { profiles, runScenario, scenario } from '../packages/simulator/dist/oracle/index.js'

const script = fileURLToPath(import.meta.url)
const HOUR = 3_600_000
/** Seeds handed to a worker at once: enough that nobody waits, few enough that all finish together. */
const BATCH = 10
/** How often a long run says on stderr how far it is, in milliseconds. */
const PROGRESS = 60_000

const profileOf = (seed, profile) => profile ?? profiles[seed % profiles.length]

function fail(message) {
  console.error(`sim: ${message}`)
  process.exit(2)
}

function wholeNumber(name, text, least) {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > 2 ** 32)
    fail(`--${name} ${text}: expected a whole number from ${least}`)
  return value
}

function readOptions() {
  let values
  try {
    const text = { type: 'string' }
    const options = { seeds: text, first: text, profile: text, workers: text, replay: text, trace: { type: 'boolean' } }
    values = parseArgs({ options }).values
  } catch (error) {
    fail(error.message)
  }
  const { profile } = values
  if (profile !== undefined && !profiles.includes(profile))
    fail(`--profile ${profile}: expected one of ${profiles.join(', ')}`)
  const optional = (name, least) => (values[name] === undefined ? undefined : wholeNumber(name, values[name], least))
  return {
    profile,
    seeds: optional('seeds', 1) ?? 100,
    first: optional('first', 0) ?? randomInt(2 ** 31),
    workers: optional('workers', 1) ?? 2,
    replay: optional('replay', 0),
    trace: values.trace ?? false,
  }
}

/** A report in figures that threads can hand to each other. */
function play(seed, profile, trace) {
  const { violations, faults, faultCount, packets, duration, money } = runScenario(scenario(seed, profile), {
    crypto: nodeCrypto,
    trace,
  })
  return { seed, profile, violations, faults, faultCount, packets, duration, money }
}

/** `refuse F08 garbage` and its like count by their first word, or the list would be as long as the run. */
const family = (kind) => /^(refuse|forgeReject|changeCode|handler re-enters|peer)\b/.exec(kind)?.[0] ?? kind

class Summary {
  runs = 0
  faults = 0
  fewest = Infinity
  packets = 0
  duration = 0
  money = 0n
  byKind = new Map()
  failures = []

  add({ faultCount, faults, packets, duration, money, ...run }) {
    this.runs++
    this.faults += faultCount
    this.fewest = Math.min(this.fewest, faultCount)
    this.packets += packets
    this.duration += duration
    this.money += money
    for (const [kind, count] of faults) this.byKind.set(family(kind), (this.byKind.get(family(kind)) ?? 0) + count)
    if (run.violations.length > 0) this.failures.push(run)
  }

  printProgress({ seeds }, seconds) {
    const failed = this.failures.map((run) => `${run.seed} (${run.profile})`)
    console.error(
      `${this.runs} of ${seeds} seeds, ${seconds.toFixed(0)} s, ${failed.length} failed${failed.length > 0 ? ':' : ''} ` +
        failed.slice(0, 20).join(', '),
    )
  }

  print({ first, seeds, profile }, seconds) {
    for (const failure of this.failures.slice(0, 20)) printFailure(failure)
    if (this.failures.length > 20) console.log(`… and ${this.failures.length - 20} more seeds that failed`)
    const kinds = [...this.byKind].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`)
    console.log(`faults: ${kinds.join(', ')}`)
    console.log(
      `${this.runs} seeds (${first} to ${first + seeds - 1}, ${profile ?? 'all profiles in turn'}), ` +
        `${this.faults} faults (${(this.faults / this.runs).toFixed(0)} a seed), ${this.packets} packets, ` +
        `${(this.duration / HOUR).toFixed(1)} virtual hours, ${seconds.toFixed(1)} s`,
    )
    console.log(this.failures.length === 0 ? 'no invariant was violated' : `${this.failures.length} seeds failed`)
  }
}

function printFailure({ seed, profile, violations }) {
  console.log(`\nseed ${seed}, ${profile}:`)
  for (const { invariant, at, end, what } of violations)
    console.log(`  ${invariant}: ${end}, at ${at.toFixed(1)} ms: ${what}`)
  console.log(`  npm run sim -- --replay ${seed} --profile ${profile} --trace`)
}

/** One thread: takes batches of seeds until there are no more. */
function work() {
  parentPort.on('message', (seeds) => {
    if (seeds === undefined) parentPort.close()
    else parentPort.postMessage(seeds.map((seed) => play(seed, profileOf(seed, workerData.profile))))
  })
}

function runAll(options) {
  const { first, seeds, profile } = options
  const summary = new Summary()
  const start = performance.now()
  const progress = setInterval(() => summary.printProgress(options, (performance.now() - start) / 1000), PROGRESS)
  const end = first + seeds
  let next = first
  const batch = () => {
    if (next >= end) return undefined
    const size = Math.min(BATCH, end - next)
    next += size
    return Array.from({ length: size }, (_, i) => next - size + i)
  }
  const thread = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { workerData: { profile } })
      worker.on('message', (reports) => {
        for (const report of reports) summary.add(report)
        worker.postMessage(batch())
      })
      worker.on('error', reject)
      worker.on('exit', resolve)
      worker.postMessage(batch())
    })
  return Promise.all(Array.from({ length: options.workers }, thread))
    .then(() => summary)
    .finally(() => clearInterval(progress))
}

function replay({ replay: seed, profile, trace }) {
  const report = play(seed, profileOf(seed, profile), trace ? (line) => console.log(line) : undefined)
  const summary = new Summary()
  summary.add(report)
  summary.print({ first: seed, seeds: 1, profile: report.profile }, 0)
  return summary
}

if (isMainThread) {
  const options = readOptions()
  const start = performance.now()
  if (options.replay === undefined) {
    console.log(`base seed ${options.first}, ${options.workers} threads, from ${path.basename(script)}`)
    const summary = await runAll(options)
    summary.print(options, (performance.now() - start) / 1000)
    process.exitCode = summary.failures.length === 0 ? 0 : 1
  } else {
    process.exitCode = replay(options).failures.length === 0 ? 0 : 1
  }
} else {
  work()
}
