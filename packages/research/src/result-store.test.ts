import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../test/folder.js'
import { result } from '../test/results.js'
import { ResultStore } from './result-store.js'

const one = result({ metrics: { utilisation: 0.5 } })
const other = result({ seed: 2, metrics: { utilisation: 0.6 } })

test('what was stored is there again when resumed, also after the last line was cut short', () => {
  const folder = temporaryFolder()
  const store = new ResultStore(folder, 'code', false)
  store.add(one)
  appendFileSync(path.join(folder, 'runs.jsonl'), '{"controller":"aimd","scen')
  const again = new ResultStore(folder, 'code', true)
  expect([again.has(one), again.has(other)]).toEqual([true, false])
  again.add(other)
  expect(new ResultStore(folder, 'code', true).resultsOf([other, one])).toEqual([other, one])
})

test('without resume, and with other code, the folder begins anew', () => {
  const folder = temporaryFolder()
  new ResultStore(folder, 'code', false).add(one)
  expect(new ResultStore(folder, 'other code', true).has(one)).toBe(false)
  new ResultStore(folder, 'code', false).add(one)
  expect(new ResultStore(folder, 'code', false).has(one)).toBe(false)
})

test('a run that was cut short is another one', () => {
  const store = new ResultStore(temporaryFolder(), 'code', false)
  store.add({ ...one, cutAt: 1000 })
  expect([store.has(one), store.has({ ...one, cutAt: 1000 })]).toEqual([false, true])
})

test('every line of the file is JSON', () => {
  const folder = temporaryFolder()
  new ResultStore(folder, 'code', false).add(one)
  const lines = readFileSync(path.join(folder, 'runs.jsonl'), 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ code: 'code' }, one])
})
