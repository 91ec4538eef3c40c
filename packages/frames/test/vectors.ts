import { readFileSync } from 'node:fs'
import { FrameType, type Frame, type StreamPacket } from '../src/index.js'
import type { IlpPrepare, IlpReply } from '../src/ilp/index.js'

export interface PacketVector {
  readonly name: string
  readonly bytes: Uint8Array
  readonly packet: StreamPacket
  readonly decodeOnly?: true
  readonly predecessor?: 'refuses'
}

export interface MalformedVector {
  readonly name: string
  readonly bytes: Uint8Array
  readonly field: string
  readonly offset: number
  readonly predecessor?: 'accepts'
}

export interface IlpVector {
  readonly name: string
  readonly bytes: Uint8Array
  readonly prepare?: IlpPrepare
  readonly reply?: IlpReply
  readonly decodeOnly?: true
  readonly field?: string
  readonly offset?: number
  readonly ilpPacket?: 'accepts'
}

type Json = { readonly [key: string]: unknown }

const AMOUNTS = new Set(['amount', 'prepareAmount', 'shares', 'receiveMax', 'totalReceived', 'sendMax', 'totalSent'])
const BYTES = new Set(['contents', 'data', 'executionCondition', 'fulfillment', 'receipt'])

/** Bytes of hex in which spaces group and `xx{n}` stands for n times the byte xx. */
export function bytesOfHex(hex: string): Uint8Array {
  const plain = hex.replace(/ /g, '').replace(/(..)\{(\d+)\}/g, (_, byte: string, n: string) => byte.repeat(Number(n)))
  if (!/^(?:[0-9a-f]{2})*$/.test(plain)) throw new Error(`not hex: ${hex}`)
  return Uint8Array.from(plain.match(/../g) ?? [], (byte) => parseInt(byte, 16))
}

function value(key: string, json: unknown): unknown {
  if (AMOUNTS.has(key)) return BigInt(json as string)
  if (BYTES.has(key)) return bytesOfHex(json as string)
  if (key === 'frames') return (json as Json[]).map(frame)
  if (key === 'prepare' || key === 'reply' || key === 'packet') return object(json as Json)
  return json
}

function object(json: Json): Json {
  return Object.fromEntries(Object.entries(json).map(([key, field]) => [key, value(key, field)]))
}

function frame(json: Json): Frame {
  const name = json['type'] as string
  if (name !== 'unknown' && !(name in FrameType)) throw new Error(`no frame type: ${name}`)
  return { ...object(json), type: name === 'unknown' ? name : FrameType[name as keyof typeof FrameType] } as Frame
}

function load(file: string): readonly Json[] {
  const { vectors } = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8')) as {
    vectors: Json[]
  }
  return vectors.map(({ hex, ...rest }) => ({ ...object(rest), bytes: bytesOfHex(hex as string) }))
}

export const packetVectors = load('packets.json') as unknown as readonly PacketVector[]
export const malformedVectors = load('malformed-packets.json') as unknown as readonly MalformedVector[]
export const ilpVectors = load('ilp-packets.json') as unknown as readonly IlpVector[]
