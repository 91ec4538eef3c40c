import { describe, expect, it } from 'vitest'
import { packetProtection } from '@stream/crypto'
import { seededCrypto } from '@stream/crypto/testing'
import { aimd } from '@stream/flow'
import { connectionConfig, type ConnectionOptions } from './config.js'
import { StreamError } from './errors.js'
import { ratio } from './path/ratio.js'

const base: ConnectionOptions = {
  role: 'client',
  protection: packetProtection(seededCrypto('config'), new Uint8Array(32)),
  peerAddress: 'test.server.token',
  asset: { code: 'USD', scale: 9 },
  congestion: aimd(),
}

/** What is said about these options, `undefined` when they are fine. */
function refusal(options: Partial<ConnectionOptions>): string | undefined {
  try {
    connectionConfig({ ...base, ...options })
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ misuse: 'InvalidConfig' })
    return (error as StreamError).message
  }
}

describe('the configuration of a connection', () => {
  it('has a default for all but what nobody else can know', () => {
    const config = connectionConfig(base)
    expect(config).toMatchObject({ offerMoney: false, padPackets: false })
    expect(config.exchangeRate).toEqual({ slippage: ratio(1n, 100n), probe: false, precisionDigits: 3 })
    expect(config.limits).toMatchObject({ maxRemoteStreams: 10, pathFailures: 5, maxPacketAmount: (1n << 64n) - 1n })
    expect(config.timeouts).toEqual({ packet: 30_000, grace: 1_000, margin: 200, idle: 60_000, close: 5_000 })
  })

  it('keeps the default where an option is undefined, and what is given everywhere else', () => {
    const { timeouts, limits } = connectionConfig({
      ...base,
      timeouts: { packet: undefined, idle: 5 },
      limits: { pathFailures: undefined, sendBuffer: 7 },
    })
    expect(timeouts).toEqual({ packet: 30_000, grace: 1_000, margin: 200, idle: 5, close: 5_000 })
    expect([limits.pathFailures, limits.sendBuffer]).toEqual([5, 7])
  })

  it.each([
    ['localAddress', 'nowhere', '"nowhere" is not an ILP address'],
    ['localAddress', 'test..a', '"test..a" is not an ILP address'],
    ['peerAddress', 'test.a b', '"test.a b" is not an ILP address'],
  ])('refuses the %s %s', (name, address, text) => {
    expect(refusal({ [name]: address })).toContain(text)
  })

  it('asks of a client whom to speak to, and not of a server', () => {
    expect(refusal({ peerAddress: undefined })).toContain('a client needs the peerAddress')
    expect(refusal({ role: 'server', peerAddress: undefined })).toBeUndefined()
  })

  it.each([-1, 1.5, 256, Number.NaN])('refuses the asset scale %d, which no frame can tell', (scale) => {
    expect(refusal({ asset: { code: 'USD', scale } })).toContain(`got ${scale}`)
  })

  it('takes every asset scale of one byte', () => {
    expect([0, 255].map((scale) => refusal({ asset: { code: 'USD', scale } }))).toEqual([undefined, undefined])
  })

  it('refuses to lose more than everything, and takes everything', () => {
    expect(refusal({ exchangeRate: { slippage: ratio(101n, 100n) } })).toContain('slippage must be a ratio from 0 to 1')
    expect(refusal({ exchangeRate: { slippage: ratio(1n) } })).toBeUndefined()
  })

  it('refuses a fixed rate that delivers nothing', () => {
    expect(refusal({ exchangeRate: { fixed: ratio(0n) } })).toContain('a fixed exchange rate of 0')
    expect(refusal({ exchangeRate: { fixed: ratio(1n, 1_000n) } })).toBeUndefined()
  })

  it.each([0, -1, 1.5, 2 ** 53, Number.NaN])('refuses %d for what is counted', (count) => {
    expect(refusal({ exchangeRate: { precisionDigits: count } })).toContain('exchangeRate.precisionDigits must be')
    for (const name of ['maxRemoteStreams', 'connectionWindow', 'maxStreamWindow', 'sendBuffer', 'pathFailures']) {
      expect(refusal({ limits: { [name]: count } })).toBe(`limits.${name} must be a positive integer, got ${count}`)
    }
  })

  it('refuses packets that carry less than a unit', () => {
    expect(refusal({ limits: { maxPacketAmount: 0n } })).toContain('limits.maxPacketAmount must be at least 1 unit')
    expect(refusal({ limits: { maxPacketAmount: 1n } })).toBeUndefined()
  })

  it.each(['packet', 'grace', 'margin', 'idle', 'close'])('refuses a time for %s that is none', (name) => {
    for (const value of [-1, Number.NaN]) {
      expect(refusal({ timeouts: { [name]: value } })).toBe(
        `timeouts.${name} must be a number of milliseconds, got ${value}`,
      )
    }
    expect(refusal({ timeouts: { [name]: 0 } })).toBeUndefined()
    expect(refusal({ timeouts: { [name]: Infinity } })).toBeUndefined()
  })
})
