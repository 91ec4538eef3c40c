import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startLocalnet } from '@stream/localnet'
import { afterEach, beforeEach, expect, test } from 'vitest'

let network
const running = new Set()

beforeEach(async () => (network = await startLocalnet({ port: 0 })))
afterEach(async () => {
  for (const child of running) child.kill()
  await network.close()
})

/** A program of this folder as a process of its own, with the default plugin on our network. */
function start(file, args = [], port = network.port) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    env: { ...process.env, ILP_BTP_SERVER: `btp+ws://localhost:${port}` },
  })
  running.add(child)
  const printed = { out: [], err: [] }
  createInterface(child.stdout).on('line', (line) => printed.out.push(line))
  createInterface(child.stderr).on('line', (line) => printed.err.push(line))
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child)
    return { code, ...printed }
  })
  return { child, ended }
}

test('server and client find each other with nothing but the default plugin, and both end by themselves', async () => {
  const server = start('server.js')
  const [invitation] = await once(createInterface(server.child.stdout), 'line')
  const [, , destinationAccount, sharedSecret] = invitation.split(' ')
  const client = start('client.js', [destinationAccount, sharedSecret])

  expect(await client.ended).toMatchObject({ code: 0, out: ['sent 100'], err: [] })
  const { code, out, err } = await server.ended
  expect({ code, err }).toEqual({ code: 0, err: [] })
  expect(new Set(out.slice(1))).toEqual(
    new Set(['got data on stream 1: hello', '', 'got money: 100 on stream 1', 'stream closed']),
  )
  expect(out.at(-1)).toBe('stream closed')
})

test('where nothing listens, the client says so and what to look at, and fails', async () => {
  const { port } = network
  await network.close()
  const { code, err } = await start('client.js', ['test.server.token', '00'.repeat(32)], port).ended
  expect(code).toBe(1)
  expect(err.join('\n')).toMatch(/could not connect.*Is a connector listening/)
})
