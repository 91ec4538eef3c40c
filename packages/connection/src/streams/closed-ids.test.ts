import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClosedIds } from './closed-ids.js'

function closed(...ids: number[]): ClosedIds {
  const closedIds = new ClosedIds()
  for (const id of ids) closedIds.add(id)
  return closedIds
}

describe('ids of closed streams', () => {
  it('of one side say nothing about those of the other in between', () => {
    const ids = closed(2, 4, 7, 9)
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((id) => ids.has(id))).toEqual([2, 4, 7, 9])
  })

  it('that follow each other are one range, whatever their order', () => {
    expect(closed(1, 3, 5, 7).rangeCount).toBe(1)
    expect(closed(7, 5, 3, 1).rangeCount).toBe(1)
    expect(closed(1, 5, 3).rangeCount).toBe(1)
    expect(closed(1, 5, 9, 5, 1).rangeCount).toBe(3)
  })

  it('cost two ranges when a thousand streams of both sides have ended in turn', () => {
    const ids = closed(...Array.from({ length: 2_000 }, (_, i) => i + 1))
    expect(ids.rangeCount).toBe(2)
  })

  it('are exactly those that were added, in the fewest ranges', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }), (added) => {
        const ids = closed(...added)
        const model = new Set(added)
        for (let id = 0; id <= 64; id++) expect(ids.has(id)).toBe(model.has(id))
        expect(ids.rangeCount).toBe([...model].filter((id) => !model.has(id - 2)).length)
      }),
    )
  })
})
