import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { StreamTable } from './stream-table.js'

const anId = fc.integer({ min: 1, max: 4 })
const step = fc.oneof(
  fc.record({ does: fc.constant('add'), id: anId }),
  fc.record({ does: fc.constant('delete'), id: anId }),
  fc.record({ does: fc.constant('clear'), id: anId }),
)

test('it holds what a map would, in the same order, whether one stream is there or many', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const table = new StreamTable<{ id: number }>()
      const map = new Map<number, { id: number }>()
      for (const { does, id } of steps) {
        if (does === 'add') {
          const stream = { id }
          table.add(stream)
          map.set(id, stream)
        } else if (does === 'delete') expect(table.delete(id)).toBe(map.delete(id))
        else {
          table.clear()
          map.clear()
        }
        expect([...table]).toEqual([...map.values()])
        for (let one = 1; one <= 4; one++) expect(table.get(one)).toBe(map.get(one))
      }
    }),
  )
})

test('streams may go while they are gone through', () => {
  for (const count of [1, 2, 3]) {
    const table = new StreamTable<{ id: number }>()
    for (let id = 1; id <= count; id++) table.add({ id })
    const seen: number[] = []
    for (const { id } of table) {
      seen.push(id)
      table.delete(id)
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i + 1))
    expect([...table]).toEqual([])
  }
})
