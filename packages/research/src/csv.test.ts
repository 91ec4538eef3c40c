import { expect, test } from 'vitest'
import { result } from '../test/results.js'
import { csv, runsCsv, seriesCsv, summaryCsv } from './csv.js'
import { summarise } from './summary.js'

const one = result({ metrics: { utilisation: 0.5, 'rejects-per-100': 2 } })

test('a cell that could be mistaken for two is quoted', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        ['x,y', 'say "z"'],
        [1, 2],
      ],
    ),
  ).toBe('a,b\n"x,y","say ""z"""\n1,2\n')
})

test('there is a row per figure of each run, and of each controller', () => {
  expect(runsCsv([one])).toBe(
    'scenario,controller,seed,metric,value\nbucket-50ms,aimd,1,utilisation,0.5\nbucket-50ms,aimd,1,rejects-per-100,2\n',
  )
  expect(summaryCsv(summarise([one])).split('\n')[1]).toBe('bucket-50ms,aimd,utilisation,1,0.5,0.5,0.5')
})

test('curves have a row per bin that there is', () => {
  expect(seriesCsv([one]).split('\n').slice(0, 4)).toEqual([
    'scenario,controller,seed,quantity,milliseconds,value',
    'bucket-50ms,aimd,1,window,250,5',
    'bucket-50ms,aimd,1,in-flight,0,1',
    'bucket-50ms,aimd,1,in-flight,250,2',
  ])
})
