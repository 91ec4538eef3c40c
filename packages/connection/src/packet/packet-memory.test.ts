import { expect, test } from 'vitest'
import { packetMemory } from './packet-memory.js'

test('no byte is handed out twice, whatever the sizes', () => {
  const sizes = [1, 160, 2048, 2049, 0, 700, 40_000]
  const pieces = Array.from({ length: 400 }, (_, i) => packetMemory(sizes[i % sizes.length]!))
  for (const [i, piece] of pieces.entries()) {
    expect(piece).toHaveLength(sizes[i % sizes.length]!)
    expect(piece.every((byte) => byte === 0)).toBe(true)
    piece.fill(i + 1)
  }
  for (const [i, piece] of pieces.entries()) expect(piece.every((byte) => byte === ((i + 1) & 0xff))).toBe(true)
})

test('small packets share a buffer, large ones have their own', () => {
  const buffers = new Set(Array.from({ length: 160 }, () => packetMemory(100).buffer))
  expect(buffers.size).toBeLessThanOrEqual(2)
  expect(packetMemory(32_767).buffer.byteLength).toBe(32_767)
})
