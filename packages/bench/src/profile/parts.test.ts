import { expect, test } from 'vitest'
import { sharesOf } from './parts.js'

const frame = (functionName: string, url = '') => ({
  functionName,
  url,
  scriptId: '0',
  lineNumber: 0,
  columnNumber: 0,
})

const nodes = [
  { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 8, 9, 10] },
  { id: 2, callFrame: frame('(idle)') },
  { id: 3, callFrame: frame('(garbage collector)') },
  { id: 4, callFrame: frame('pollOutput', 'file:///any/packages/connection/dist/connection.js'), children: [5, 6] },
  { id: 5, callFrame: frame('seal', 'file:///any/packages/crypto/dist/envelope.js'), children: [7] },
  { id: 6, callFrame: frame('set', 'node:internal/collections') },
  { id: 7, callFrame: frame('update') },
  { id: 8, callFrame: frame('processTimers', 'node:internal/timers') },
  { id: 9, callFrame: frame('carry', 'file:///any/packages/bench/dist/network/hub.js') },
  { id: 10, callFrame: frame('profiled', 'file:///any/packages/bench/dist/profile/profiles.js') },
]

test('time belongs to the package whose code runs, and what Node does to the code that called it', () => {
  const shares = sharesOf({
    nodes,
    startTime: 0,
    endTime: 0,
    samples: [2, 3, 4, 5, 6, 7, 7, 8, 9, 10],
    timeDeltas: [1000, 10, 10, 10, 10, 15, 25, 10, 10, 1000],
  })
  expect(shares.parts).toEqual({ crypto: 0.5, core: 0.2, facade: 0, codec: 0, garbage: 0.1, node: 0.1, bench: 0.1 })
  expect(shares.functions.slice(0, 2)).toEqual([
    { name: 'seal', file: 'crypto/dist/envelope.js', share: 0.5 },
    { name: 'pollOutput', file: 'connection/dist/connection.js', share: 0.2 },
  ])
})

test('a profile without samples has no shares', () => {
  const { parts, functions } = sharesOf({ nodes, startTime: 0, endTime: 0 })
  expect(Object.values(parts)).toEqual([0, 0, 0, 0, 0, 0, 0])
  expect(functions).toEqual([])
})
