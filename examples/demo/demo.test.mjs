import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { fileOf, job } from './job.mjs'
import { findFaults } from './verify.mjs'

/** Books of a run in which everything adds up at a fee of 0.5 %. */
function books() {
  const client = {
    totalSent: 1_000_000n,
    totalDelivered: 995_000n,
    totalReceived: 248_750n,
    minimumRate: '0.98505',
    sentHash: 'a',
    receivedHash: 'b',
    bytesReceived: job.server.bytes,
  }
  const server = {
    totalSent: 250_000n,
    totalDelivered: 248_750n,
    totalReceived: 995_000n,
    minimumRate: '0.98505',
    sentHash: 'b',
    receivedHash: 'a',
    bytesReceived: job.client.bytes,
  }
  const accounts = {
    sender: { amountIn: 1_000_000n, amountOut: 248_750n },
    receiver: { amountIn: 250_000n, amountOut: 995_000n },
  }
  return { client, server, network: { accounts } }
}

function faultsOf(change = () => {}) {
  const run = books()
  change(run)
  return findFaults(run.client, run.server, run.network)
}

describe('the demo holds all books against each other', () => {
  test('and finds nothing where they add up', () => {
    expect(faultsOf()).toEqual([])
  })

  test.each([
    ['a unit too little is sent', ({ client }) => client.totalSent--, 3],
    ['the receiver counts other than what the sender was told', ({ server }) => server.totalReceived--, 2],
    ['the network moved other amounts than both sides say', ({ network }) => network.accounts.receiver.amountOut++, 1],
    ['a byte of the file is another', ({ server }) => (server.receivedHash = 'c'), 1],
    ['the end of the file is missing', ({ client }) => client.bytesReceived--, 1],
    ['less arrives than the minimum rate allows', ({ client }) => (client.minimumRate = '0.996'), 1],
  ])('and says so where %s', (_, change, most) => {
    const faults = faultsOf(change)
    expect(faults.length).toBeGreaterThan(0)
    expect(faults.length).toBeLessThanOrEqual(most)
  })
})

test('the files of both sides differ and are the same in every run', () => {
  expect(fileOf('server').equals(fileOf('server'))).toBe(true)
  expect(fileOf('server').equals(fileOf('client').subarray(0, job.server.bytes))).toBe(false)
})

test.each([
  [['--sender', 'theirs'], '--sender is ours or predecessor, not "theirs"'],
  [['--speed', '9'], "Unknown option '--speed'"],
])('options that do not exist are refused with the help: %s', (args, text) => {
  const main = fileURLToPath(new URL('main.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain(text)
  expect(stderr).toContain('npm run demo -- [options]')
})
