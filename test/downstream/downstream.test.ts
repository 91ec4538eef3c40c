// oxlint-disable vitest/no-standalone-expect, vitest/expect-expect -- `interop` is an `it` with a row in a table
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/workspace.mjs'
import { run } from '../packages/installation.js'
import { installPrograms, peers, programs, type Installation } from './installation.js'
import { interopTable, type EndResult, type InteropRow } from './interop-table.js'

type Program = keyof typeof programs

let installation: Installation | undefined
const rows: InteropRow[] = []
const ends: EndResult[] = []

beforeAll(async () => {
  await run('npm', ['run', 'build'], root)
  installation = await installPrograms()
})
afterAll(async () => {
  await installation?.remove()
  const file = path.join(root, 'docs/INTEROP.md')
  const options = { ...(await resolveConfig(file)), filepath: file }
  await writeFile(file, await format(interopTable(rows, ends), options))
})

const installed = () => {
  if (installation === undefined) throw new Error('the programs were not installed')
  return installation
}

/** What the program printed. */
async function output(file: string, ...args: string[]): Promise<Record<string, unknown>> {
  const printed = await run(process.execPath, [`programs/${file}.cjs`, ...args], installed().folder)
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '')
}

/** A test that is a row of docs/INTEROP.md. */
function interop(program: Program, does: string, test: () => Promise<void>): void {
  it(`${program} ${does}`, async () => {
    const row = { program, version: programs[program], does }
    try {
      await test()
      rows.push({ ...row, works: true })
    } catch (error) {
      rows.push({ ...row, works: false })
      throw error
    }
  })
}

/** A test that is a cell of docs/INTEROP.md. */
function end(ours: string, peer: string, test: () => Promise<void>, says = 'pass'): void {
  it(`${ours}, ${peer}: ${says}`, { retry: 2 }, async () => {
    let works = false
    try {
      await test()
      works = true
    } finally {
      const earlier = ends.findIndex((one) => one.ours === ours && one.peer === peer)
      ends.splice(earlier, earlier === -1 ? 0 : 1)
      ends.push({ ours, peer, says, works })
    }
  })
}

describe('an end that others published', () => {
  const expected = { received: '50000', receipt: '50000', answered: 'read 50000', back: '350' }
  const receiver = { sent: '100000', received: '100000', receipt: '100000' }
  const CLIENT = 'our client'
  const SERVER = 'our server'
  const ISSUED = 'our server, credentials of the peer'

  for (const peer of Object.keys(peers)) {
    // On Node 18 and later 2.7.1 needs help, see the note below.
    const says = peer === 'stream-2.7.1' ? 'pass, with help' : 'pass'
    const title = `\`ilp-protocol-stream\` ${peer.replace('stream-', '')}`
    end(CLIENT, title, async () => expect(await output('ends', 'ours', peer)).toEqual(expected), says)
    end(SERVER, title, async () => expect(await output('ends', peer, 'ours')).toEqual(expected), says)
    end(ISSUED, title, async () => expect(await output('ends', peer, 'ours', peer)).toEqual(expected), says)
  }
  for (const [alias, version] of [
    ['receiver-for-pay', '0.3.3-alpha.3'],
    ['@interledger/stream-receiver', '0.3.3-alpha.4'],
  ] as const) {
    const title = `\`@interledger/stream-receiver\` ${version}`
    end(CLIENT, title, async () => expect(await output('stream-receiver', 'ours', alias)).toEqual(receiver))
  }
  end(SERVER, `\`@interledger/pay\` ${programs['@interledger/pay']}`, async () => {
    expect(await output('pay-to-server')).toMatchObject({ sent: '100000', delivered: '50000', received: '50000' })
  })

  it('ilp-protocol-stream 2.7.1 cannot open a stream on this Node by itself', async () => {
    const alone = output('ends', 'stream-2.7.1', 'ours', 'ours', 'unchanged')
    await expect(alone).rejects.toThrow('Cannot set property closed of #<Readable> which has only a getter')
  })
})

describe('a published program with ours under it', () => {
  it.each(['@interledger/pay', '@interledger/stream-receiver', 'ilp', 'ilp-protocol-spsp'])(
    '%s finds ours when it requires ilp-protocol-stream',
    async (program) => {
      expect(await installed().streamUnder(program)).toBe('ours')
    },
  )

  interop('@interledger/pay', 'pays our server, and refuses a path below its price', async () => {
    const { received, ...printed } = await output('pay-to-server')
    expect(printed).toEqual({
      asset: { code: 'XRP', scale: 9 },
      dear: 'InsufficientExchangeRate',
      sent: '100000',
      delivered: '50000',
    })
    expect(received).toBe('50000')
  })

  interop('@interledger/pay', 'pays @interledger/stream-receiver 0.3.3-alpha.3, which gives receipts', async () => {
    const printed = await output('stream-receiver', 'pay', 'receiver-for-pay')
    expect(printed).toEqual({ sent: '100000', received: '100000', receipt: '100000' })
  })

  interop(
    '@interledger/pay',
    'gives up at @interledger/stream-receiver 0.3.3-alpha.4 with `ConnectorError`, by itself (P1): F05 for a probe is final to it',
    async () => {
      const payment = output('stream-receiver', 'pay', '@interledger/stream-receiver')
      await expect(payment).rejects.toThrow('ConnectorError')
    },
  )

  interop('@interledger/stream-receiver', 'is paid by our client, which gets its receipts', async () => {
    const printed = await output('stream-receiver', 'ours', '@interledger/stream-receiver')
    expect(printed).toEqual({ sent: '100000', received: '100000', receipt: '100000' })
  })

  interop('ilp-protocol-spsp', 'pays our server behind a payment pointer', async () => {
    expect(await output('spsp')).toEqual({ totalSent: '12345', received: '12345' })
  })

  interop('ilp', 'pays an invoice of its own, in BigNumbers', async () => {
    expect(await output('ilp')).toEqual({ sent: '7654', received: '7654' })
  })

  interop('ilp-plugin-http', 'carries money one way and data the other between two accounts', async () => {
    expect(await output('http')).toEqual({ received: '3000', read: 'thanks' })
  })

  interop('ilp-plugin-mini-accounts', 'lets our server and our client pay each other', async () => {
    expect(await output('mini-accounts')).toMatchObject({ received: '5000', back: '2000' })
  })

  interop('ilp-connector', 'carries money and 200 kB of data from our client to our server', async () => {
    expect(await output('connector', 'ilp-connector')).toEqual({ received: '1000000', bytes: 200_000 })
  })

  interop('moneyd', '`local` carries money and 200 kB of data from our client to our server', async () => {
    expect(await output('connector', 'moneyd')).toEqual({ received: '1000000', bytes: 200_000 })
  })
})
