#!/usr/bin/env node
// The main job: a network, a receiver and a sender as three processes; money and a file both ways at once.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { job } from './job.mjs'
import { progressLine } from './progress.mjs'
import { printReport } from './report.mjs'
import { findFaults } from './verify.mjs'

const HELP = `npm run demo -- [options]

Streams ${job.client.money.toLocaleString('en')} units and a ${job.client.bytes >> 20} MiB file one way, and ${job.server.money.toLocaleString('en')} units and a ${job.server.bytes >> 20} MiB reply the other way
at the same time, over a local network with ${job.network.roundTripMs} ms round trips, a fee of 0.5 % and packets of at most ${job.network.maxPacketAmount.toLocaleString('en')} units.

  --sender ours|predecessor     which implementation sends first (default: ours)
  --receiver ours|predecessor   which implementation answers (default: ours)
                                predecessor: ilp-protocol-stream@2.7.2-alpha.3 from npm
  --help                        this text

Exits with 1 when hashes, totals or the minimum rate do not add up.`

const { senderKind, receiverKind } = options()
const startedAt = Date.now()
const progress = progressLine(process.stdout)
const children = []

try {
  const network = await start('network.mjs', [])
  const { port } = await network.told('ready')
  const server = await start('receiver.mjs', [String(port), receiverKind])
  const { credentials } = await server.told('ready')
  const client = await start('sender.mjs', [String(port), senderKind])
  client.child.on('message', (message) => message.type === 'progress' && progress.update(message))
  client.child.send({ type: 'credentials', credentials })

  const [sent, received] = await Promise.all([client.told('done'), server.told('done')])
  network.child.send({ type: 'stats' })
  const { stats } = await network.told('stats')
  progress.end()
  const faults = findFaults(sent, received, stats)
  printReport({ sent, received, senderKind, receiverKind, seconds: (Date.now() - startedAt) / 1000, faults })
  process.exitCode = faults.length === 0 ? 0 : 1
} catch (error) {
  progress.end()
  console.error(`The demo failed: ${error.message}`)
  process.exitCode = 1
} finally {
  for (const child of children) child.kill()
}

async function start(file, args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { serialization: 'advanced' })
  children.push(child)
  await once(child, 'spawn')
  const failed = new Promise((_, reject) => {
    child.on('message', (message) => message.type === 'failed' && reject(new Error(`${file}: ${message.text}`)))
    child.on('exit', (code, signal) => reject(new Error(`${file} ended too early (${signal ?? code})`)))
  })
  failed.catch(() => {})
  /** The first message of this type. */
  const told = (type) =>
    Promise.race([
      failed,
      new Promise((resolve) => {
        child.on('message', (message) => message.type === type && resolve(message))
      }),
    ])
  return { child, told }
}

function options() {
  const spec = { sender: { type: 'string' }, receiver: { type: 'string' }, help: { type: 'boolean' } }
  try {
    const { values } = parseArgs({ options: spec })
    if (values.help) exitWith(0, HELP)
    return {
      senderKind: implementation('sender', values.sender),
      receiverKind: implementation('receiver', values.receiver),
    }
  } catch (error) {
    return exitWith(2, `${error.message}\n\n${HELP}`)
  }
}

function implementation(option, value = 'ours') {
  if (value === 'ours' || value === 'predecessor') return value
  throw new Error(`--${option} is ours or predecessor, not "${value}"`)
}

function exitWith(code, text) {
  console[code === 0 ? 'log' : 'error'](text)
  process.exit(code)
}
