#!/usr/bin/env node
// Runs each soak in a process of its own, which has to end by itself, and exits with 1 when one does not hold.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const HELP = `npm run soak -- [options]

  --packets N       packets on one connection (default 1,000,000)
  --connections N   connections on one server (default 10,000)
  --help            this text

The heap is measured after a collection at each tenth of the work. Between the second and the last tenth it may differ
by 5 %. No timer may be left when everything is closed, and each process has to end by itself within 10 seconds.`

/** How long a process may take to end when its work is done. */
const END_WITHIN_MS = 10_000

const { values } = parseArgs({
  options: { packets: { type: 'string' }, connections: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const faults = [
  ...(await soak('packets.mjs', values.packets ?? '1000000')),
  ...(await soak('connections.mjs', values.connections ?? '10000')),
]
for (const fault of faults) console.error(`does not hold: ${fault}`)
if (faults.length === 0) console.log('memory flat, no timers left, both processes ended by themselves')
process.exitCode = faults.length === 0 ? 0 : 1

async function soak(file, count) {
  if (!/^[1-9]\d*$/.test(count)) throw new Error(`${file}: a positive whole number is needed, not "${count}"`)
  const child = spawn(process.execPath, ['--expose-gc', fileURLToPath(new URL(file, import.meta.url)), count], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const found = []
  let watchdog
  child.on('message', (result) => {
    found.push(...result.faults)
    child.disconnect()
    watchdog = setTimeout(() => {
      found.push(`${file}: the process does not end by itself`)
      child.kill('SIGKILL')
    }, END_WITHIN_MS)
  })
  const [code, signal] = await once(child, 'exit')
  clearTimeout(watchdog)
  if (code !== 0 && signal !== 'SIGKILL') found.push(`${file}: ended with ${signal ?? code}`)
  return found
}
