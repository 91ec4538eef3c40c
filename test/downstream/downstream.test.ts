// oxlint-disable vitest/no-standalone-expect, vitest/expect-expect -- `interop` is an `it` with a row in a table
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/workspace.mjs'
import { run } from '../packages/installation.js'
import { installPrograms, programs, type Installation } from './installation.js'
import { interopTable, type InteropRow } from './interop-table.js'

type Program = keyof typeof programs

let installation: Installation | undefined
const rows: InteropRow[] = []

beforeAll(async () => {
  await run('npm', ['run', 'build'], root)
  installation = await installPrograms()
})
afterAll(async () => {
  await installation?.remove()
  const file = path.join(root, 'docs/INTEROP.md')
  const options = { ...(await resolveConfig(file)), filepath: file }
  await writeFile(file, await format(interopTable(rows), options))
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
    'gives up at @interledger/stream-receiver 0.3.3-alpha.4 with `ConnectorError`, by itself: F05 for a probe is final to it',
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
