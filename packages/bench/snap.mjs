// node --expose-gc snap.mjs [n] out : client heap
import { fork } from 'node:child_process'
import v8 from 'node:v8'
import fs from 'node:fs'
import { load, NEVER_IDLE } from './dist/contenders/implementation.js'
import { memoryInUse } from './dist/memory.js'
import { lendAccount } from './dist/network/between-processes.js'
import { Hub } from './dist/network/hub.js'
const N = Number(process.argv[2] ?? 200), out = process.argv[3], who = process.argv[4] ?? 'ours'
const hub = new Hub()
const child = fork(new URL('./dist/server-process.js', import.meta.url), [who], { execArgv: ['--expose-gc'], serialization: 'advanced' })
const next = (p) => new Promise((r) => { const l = (m) => { if (typeof m === 'object' ? p in m : m === p) { child.off('message', l); r(m) } }; child.on('message', l) })
lendAccount(hub.account('server'), child)
await next('ready')
const { createConnection } = await load(who)
const accounts = Array.from({ length: N + 20 }, (_, i) => hub.account(`c${i}`))
child.send({ give: accounts.length })
const { credentials } = await next('credentials')
const kept = []
globalThis.kept = kept
const open = async (plugin) => {
  const { destinationAccount, sharedSecret } = credentials.pop()
  const c = await createConnection({ plugin, destinationAccount, sharedSecret: Buffer.from(sharedSecret), idleTimeout: NEVER_IDLE })
  await c.createStream().sendTotal('10')
  kept.push(c)
}
const mem = async () => { child.send('memory'); const { memory } = await next('memory'); return { client: memoryInUse().heap, server: memory.heap } }
await Promise.all(accounts.slice(0, 20).map(open))
const before = await mem()
if (out) v8.writeHeapSnapshot(out + '.a')
for (let at = 20; at < accounts.length; at += 20) await Promise.all(accounts.slice(at, at + 20).map(open))
await new Promise((r) => setTimeout(r, +(process.argv[5] ?? 200)))
const after = await mem()
console.log('client', (after.client - before.client) / N, 'server', (after.server - before.server) / N)
if (out) v8.writeHeapSnapshot(out + '.b')
if (out) { child.send('snap'); await next('snapped') }
child.kill(); process.exit(0)
