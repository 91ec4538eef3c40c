import { expect, test } from 'vitest'
import { ProgressBar } from './progress-bar.js'

const show = (total: number, isTTY: boolean): string[] => {
  const written: string[] = []
  let now = 0
  const bar = new ProgressBar(total, { isTTY, write: (text) => written.push(text) }, () => now)
  for (let done = 0; done < total; done++) {
    now += 1000
    bar.advance('jitter with aimd')
  }
  return written
}

test('on a terminal one line changes with every run, and ends with the last', () => {
  const lines = show(40, true)
  expect(lines).toHaveLength(40)
  expect(lines[9]).toContain(`${'█'.repeat(8)}${'░'.repeat(22)} 10/40 runs, 30 s left, jitter with aimd`)
  expect(lines.every((line) => line.startsWith('\r'))).toBe(true)
  expect(lines.filter((line) => line.endsWith('\n'))).toEqual([lines[39]])
})

test('in a log ten lines stay', () => {
  const lines = show(40, false)
  expect(lines).toHaveLength(10)
  expect(lines[0]).toBe('4/40 runs, 36 s left, jitter with aimd\n')
  expect(lines.at(-1)).toBe('40/40 runs, 0 s left, jitter with aimd\n')
})

test('what takes long is told in minutes', () => {
  expect(show(1000, false)[0]).toContain('15 min left')
})
