import { expect, test } from 'vitest'
import type { Shares } from './parts.js'
import { profileSection } from './report.js'

const parts = { crypto: 0, core: 0, facade: 0, codec: 0, garbage: 0, node: 0, bench: 0 }
const shares = (crypto: number, core: number): Shares => ({
  parts: { ...parts, crypto, core },
  functions: [{ name: 'seal', file: 'crypto/dist/envelope.js', share: crypto }],
})

test('shares are the mean over runs, the largest first, and the functions of one run follow', () => {
  const { markdown } = profileSection(
    new Map([
      ['money', [shares(0.2, 0.8), shares(0.4, 0.6)]],
      ['data', [shares(0.5, 0.5)]],
    ]),
    {},
  )
  const cells = markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  expect(cells[0]).toEqual(['', 'Part', 'Money', 'Data', ''])
  expect(cells[2]!.slice(2, 4)).toEqual(['70.0 %', '50.0 %'])
  expect(cells[3]!.slice(2, 4)).toEqual(['30.0 %', '50.0 %'])
  expect(markdown).toContain('### Functions, data')
  expect(cells).toContainEqual(['', '`seal`', 'crypto/dist/envelope.js', '20.0 %', ''])
})
