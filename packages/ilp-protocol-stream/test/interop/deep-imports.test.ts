// oxlint-disable no-underscore-dangle, import/namespace -- the predecessor's own names, one after the other
// oxlint-disable typescript/no-unsafe-enum-assignment -- packet types as the number they are
import fc from 'fast-check'
import Long from 'long'
import { Predictor, Reader, Writer } from './oer-of-predecessor.js'
import * as theirCrypto from 'predecessor/dist/src/crypto.js'
import * as theirPackets from 'predecessor/dist/src/packet.js'
import * as theirLongs from 'predecessor/dist/src/util/long.js'
import * as theirReceipts from 'predecessor/dist/src/util/receipt.js'
import { describe, expect, it } from 'vitest'
import type { ContentsReader } from '../../src/compat/frame-contents.js'
import * as ourCrypto from '../../src/compat/entries/crypto.js'
import * as ourIndex from '../../src/compat/entries/index.js'
import * as ourPackets from '../../src/compat/entries/packet.js'
import * as ourLongs from '../../src/compat/entries/util/long.js'
import * as ourReceipts from '../../src/compat/entries/util/receipt.js'
import * as main from '../../src/index.js'

type Modules = typeof ourPackets | typeof theirPackets
const MAX_POSITION = BigInt(Number.MAX_SAFE_INTEGER)
const MAX_UINT64 = 2n ** 64n - 1n

const position = fc.bigInt({ min: 0n, max: MAX_POSITION }).map(String)
const amount = fc.bigInt({ min: 0n, max: MAX_UINT64 }).map(String)
const byte = fc.integer({ min: 0, max: 255 })
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array))

/** Arguments for the constructor of each frame class. */
const framesArguments: Record<string, fc.Arbitrary<unknown[]>> = {
  ConnectionCloseFrame: fc.tuple(byte, text),
  ConnectionNewAddressFrame: fc.tuple(text),
  ConnectionAssetDetailsFrame: fc.tuple(text, byte),
  ConnectionMaxDataFrame: fc.tuple(position),
  ConnectionDataBlockedFrame: fc.tuple(position),
  ConnectionMaxStreamIdFrame: fc.tuple(position),
  ConnectionStreamIdBlockedFrame: fc.tuple(position),
  StreamCloseFrame: fc.tuple(position, byte, text),
  StreamMoneyFrame: fc.tuple(position, amount),
  StreamMaxMoneyFrame: fc.tuple(position, fc.oneof(amount, fc.constant(Infinity)), amount),
  StreamMoneyBlockedFrame: fc.tuple(position, amount, amount),
  StreamDataFrame: fc.tuple(position, position, bytes),
  StreamMaxDataFrame: fc.tuple(position, position),
  StreamDataBlockedFrame: fc.tuple(position, position),
  StreamReceiptFrame: fc.tuple(position, bytes),
}
const frameRecipe = fc.oneof(
  ...Object.entries(framesArguments).map(([name, values]) => values.map((args) => ({ name, args }))),
)
const packetRecipe = fc.record({
  sequence: position,
  type: fc.constantFrom(12, 13, 14),
  amount,
  frames: fc.array(frameRecipe, { maxLength: 8 }),
})
type Recipe = typeof packetRecipe extends fc.Arbitrary<infer T> ? T : never

type AnyClass = (new (...args: unknown[]) => ourPackets.BaseFrame) & {
  fromContents(reader: ContentsReader): ourPackets.BaseFrame
}
const classOf = (module: Modules, name: string): AnyClass => (module as unknown as Record<string, AnyClass>)[name]!

function build(module: Modules, { sequence, type, amount: packetAmount, frames }: Recipe): ourPackets.Packet {
  const instances = frames.map(({ name, args }) => new (classOf(module, name))(...args))
  const Packet = module.Packet as unknown as new (...args: unknown[]) => ourPackets.Packet
  return new Packet(sequence, type, packetAmount, instances)
}

/** All that a program sees of a packet: the order of properties too. */
function seen(value: unknown): unknown {
  if (Long.isLong(value)) return value.toString()
  if (Buffer.isBuffer(value)) return value.toString('hex')
  if (Array.isArray(value)) return value.map(seen)
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([name, field]) => [name, seen(field)])
  return value
}

it('has under the path of 2.x for its index what it has under its name', () => {
  expect({ ...ourIndex }).toEqual({ ...main })
})

describe('the packet module of 2.x', () => {
  it('has the same names, and the same names and numbers of types and codes', () => {
    expect(Object.keys(ourPackets).sort()).toEqual(Object.keys(theirPackets).sort())
    expect(ourPackets.FrameType).toEqual(theirPackets.FrameType)
    expect(ourPackets.ErrorCode).toEqual(theirPackets.ErrorCode)
    expect(ourPackets.IlpPacketType).toEqual(theirPackets.IlpPacketType)
    expect(Object.keys(framesArguments)).toHaveLength(15)
  })

  it('makes packets of the same shape, the same bytes and the same size', () => {
    fc.assert(
      fc.property(packetRecipe, (recipe) => {
        const [ours, theirs] = [build(ourPackets, recipe), build(theirPackets, recipe)]
        expect(seen(ours)).toEqual(seen(theirs))
        expect(ours._serialize()).toEqual(theirs._serialize())
        expect(ours.byteLength()).toBe(theirs.byteLength())
      }),
    )
  })

  it('reads what 2.x wrote, and 2.x reads what it wrote', () => {
    fc.assert(
      fc.property(packetRecipe, (recipe) => {
        const ours = ourPackets.Packet._deserializeUnencrypted(build(theirPackets, recipe)._serialize())
        const theirs = theirPackets.Packet._deserializeUnencrypted(build(ourPackets, recipe)._serialize())
        expect(seen(ours)).toEqual(seen(theirs))
        expect(ours.frames.map((frame) => frame.constructor.name)).toEqual(
          theirs.frames.map((frame) => frame.constructor.name),
        )
      }),
    )
  })

  it('writes single frames to a writer of oer-utils, and reads their contents from its reader', () => {
    fc.assert(
      fc.property(frameRecipe, ({ name, args }) => {
        const frames = [ourPackets, theirPackets].map((module) => new (classOf(module, name))(...args))
        const [ours, theirs] = frames.map((frame) => {
          const predictor = new Predictor()
          frame.writeTo(predictor as never)
          expect(frame.byteLength()).toBe(predictor.length)
          const writer = new Writer(predictor.length)
          expect(frame.writeTo(writer as never)).toBe(writer)
          return writer.getBuffer()
        })
        expect(ours).toEqual(theirs)
        const reader = Reader.from(ours!)
        reader.readUInt8Number()
        const contents = reader.readVarOctetString()
        const [own, other] = [ourPackets, theirPackets].map((module) =>
          classOf(module, name).fromContents(Reader.from(contents)),
        )
        expect(seen(own)).toEqual(seen(other))
      }),
    )
  })

  it('encrypts for 2.x and decrypts what it encrypted, padded or not', async () => {
    await fc.assert(
      fc.asyncProperty(packetRecipe, key, fc.constantFrom(undefined, 32_767), async (recipe, psk, padTo) => {
        const ours = await build(ourPackets, recipe).serializeAndEncrypt(psk, padTo)
        const theirs = await build(theirPackets, recipe).serializeAndEncrypt(psk, padTo)
        expect(ours.length).toBe(theirs.length)
        expect(seen(await theirPackets.Packet.decryptAndDeserialize(psk, ours))).toEqual(
          seen(await ourPackets.Packet.decryptAndDeserialize(psk, theirs)),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('words a wrong key as 2.x does', async () => {
    const sealed = await new ourPackets.Packet(1, 12).serializeAndEncrypt(Buffer.alloc(32, 1))
    for (const module of [ourPackets, theirPackets]) {
      await expect(module.Packet.decryptAndDeserialize(Buffer.alloc(32, 2), sealed)).rejects.toThrow(
        'Unable to decrypt packet. Data was corrupted or packet was encrypted with the wrong key',
      )
    }
  })

  it('turns limits that no buffer reaches into the largest position, and refuses such offsets', () => {
    const packet = new ourPackets.Packet(1, 12, 0, [new ourPackets.ConnectionMaxDataFrame(Long.MAX_UNSIGNED_VALUE)])
    const [read] = ourPackets.Packet._deserializeUnencrypted(packet._serialize()).frames
    expect((read as ourPackets.ConnectionMaxDataFrame).maxOffset.toString()).toBe(String(MAX_POSITION))
    const frame = new ourPackets.StreamDataFrame(1, Long.MAX_UNSIGNED_VALUE, Buffer.alloc(1))
    expect(() => frame.writeTo(new Writer(100))).toThrow(/StreamData.offset/)
  })

  it('prints data by its length and receipts in base64', () => {
    const print = (module: Modules) => [
      JSON.parse(JSON.stringify(new (classOf(module, 'StreamReceiptFrame'))('1', Buffer.from('receipt')))).receipt,
      JSON.parse(JSON.stringify(new (classOf(module, 'StreamDataFrame'))('1', '2', Buffer.from('data')))).dataLength,
    ]
    expect(print(ourPackets)).toEqual(print(theirPackets))
  })
})

describe('the crypto module of 2.x', () => {
  it('has the same names and constants', () => {
    expect(Object.keys(ourCrypto).sort()).toEqual(Object.keys(theirCrypto).sort())
    expect(ourCrypto.TOKEN_NONCE_LENGTH).toBe(theirCrypto.TOKEN_NONCE_LENGTH)
    expect(ourCrypto.ENCRYPTION_OVERHEAD).toBe(theirCrypto.ENCRYPTION_OVERHEAD)
    expect(ourCrypto.generateTokenNonce()).toHaveLength(18)
    expect(ourCrypto.generateRandomCondition()).toHaveLength(32)
  })

  it('derives the same keys, hashes, secrets and packet ids', async () => {
    await fc.assert(
      fc.asyncProperty(key, bytes, position, async (secret, data, sequence) => {
        const all = async (module: typeof ourCrypto | typeof theirCrypto) => [
          await module.generatePskEncryptionKey(secret),
          await module.generateFulfillmentKey(secret),
          await module.generateFulfillment(secret, data),
          await module.generateIncomingPacketId(secret, Long.fromString(sequence, true)),
          await module.hash(data),
          await module.hmac(secret, data),
          module.generateSharedSecretFromToken(secret, data),
          module.generateReceiptHMAC(secret, data),
        ]
        expect(await all(ourCrypto)).toEqual(await all(theirCrypto))
      }),
    )
  })

  it('opens what 2.x sealed, and 2.x opens what it sealed', async () => {
    await fc.assert(
      fc.asyncProperty(key, bytes, async (secret, data) => {
        const pairs = [
          [ourCrypto, theirCrypto],
          [theirCrypto, ourCrypto],
        ] as const
        for (const [sealer, opener] of pairs) {
          expect(await opener.decrypt(secret, await sealer.encrypt(secret, data, data))).toEqual(
            Buffer.concat([data, data]),
          )
          const token = sealer.encryptConnectionAddressToken(secret, data)
          expect(opener.decryptConnectionAddressToken(secret, token)).toEqual(data)
        }
      }),
    )
  })

  it('opens nothing that was cut off or changed', async () => {
    const secret = Buffer.alloc(32, 7)
    const sealed = await theirCrypto.encrypt(secret, Buffer.from('data'))
    for (let length = 0; length < sealed.length; length++) {
      await expect(ourCrypto.decrypt(secret, sealed.subarray(0, length))).rejects.toThrow(/empty buffer|authenticate/)
    }
    sealed[20]! ^= 1
    await expect(ourCrypto.decrypt(secret, sealed)).rejects.toThrow(/authenticate/)
  })
})

describe('the long module of 2.x', () => {
  const long = amount.map((decimal) => Long.fromString(decimal, true))
  const small = fc.bigInt({ min: 1n, max: 2n ** 31n }).map((value) => Long.fromString(String(value), true))

  it('has the same names', () => {
    expect(Object.keys(ourLongs).sort()).toEqual(Object.keys(theirLongs).sort())
  })

  it('takes the same values and refuses the same ones in the same words', () => {
    const attempt = (module: typeof ourLongs | typeof theirLongs, value: unknown, unsigned: boolean) => {
      try {
        return module.longFromValue(value as never, unsigned).toString()
      } catch (error) {
        return (error as Error).message
      }
    }
    const values = ['1', '-1', '007', '1e3', '18446744073709551616', '18446744073709551615', 5, -5, Long.ONE, Long.UONE]
    for (const value of values) {
      for (const unsigned of [true, false]) {
        expect(attempt(ourLongs, value, unsigned)).toBe(attempt(theirLongs, value, unsigned))
      }
    }
  })

  it('takes the Long of another copy', () => {
    const foreign = theirLongs.longFromValue('18446744073709551615', true)
    expect(ourLongs.longFromValue(foreign as never, true).eq(Long.MAX_UNSIGNED_VALUE)).toBe(true)
  })

  it('calculates the same where the result has 64 bits', () => {
    const binary = ['maxLong', 'minLong', 'checkedAdd'] as const
    const products = ['multiplyDivideFloor', 'multiplyDivideCeil', 'multiplyDivideRound', 'multiplyDivide'] as const
    fc.assert(
      fc.property(long, long, small, small, small, (a, b, x, y, z) => {
        for (const name of binary)
          expect(seen(ourLongs[name](a, b))).toEqual(seen(theirLongs[name](a as never, b as never)))
        expect(seen(ourLongs.checkedMultiply(x, y))).toEqual(seen(theirLongs.checkedMultiply(x as never, y as never)))
        for (const name of products) {
          expect(seen(ourLongs[name](x, y, z))).toEqual(seen(theirLongs[name](x as never, y as never, z as never)))
        }
        expect(ourLongs.countDigits(a)).toBe(theirLongs.countDigits(a as never))
        expect(ourLongs.minLongs([a, b, x]).toString()).toBe(theirLongs.minLongs([a, b, x] as never[]).toString())
      }),
    )
  })

  it('knows overflow where 2.x did not', () => {
    const max = Long.MAX_UNSIGNED_VALUE
    expect(ourLongs.checkedSubtract(Long.UZERO, max)).toEqual({ difference: Long.UZERO, underflow: true })
    expect(ourLongs.checkedMultiply(Long.fromNumber(2 ** 33, true), Long.fromNumber(2 ** 33, true)).overflow).toBe(true)
    expect(ourLongs.checkedMultiply(Long.UZERO, max)).toEqual({ product: Long.UZERO, overflow: false })
    expect(ourLongs.multiplyDivide(max, max, Long.UONE)).toEqual({ quo: max, rem: Long.UZERO })
    expect(ourLongs.multiplyDivideCeil(max, max, max).eq(max)).toBe(true)
  })
})

describe('the receipt module of 2.x', () => {
  it('verifies the receipts of 2.x, and 2.x verifies its receipts', () => {
    expect(Object.keys(ourReceipts).sort()).toEqual(Object.keys(theirReceipts).sort())
    const receipt = { nonce: Buffer.alloc(16, 1), streamId: '3', totalReceived: '18446744073709551615' }
    const secret = Buffer.alloc(32, 2)
    const ours = ourReceipts.createReceipt({ ...receipt, secret })
    expect(ours).toEqual(theirReceipts.createReceipt({ ...receipt, secret }))
    expect(seen(ourReceipts.verifyReceipt(ours, secret))).toEqual(seen(theirReceipts.verifyReceipt(ours, secret)))
  })
})
