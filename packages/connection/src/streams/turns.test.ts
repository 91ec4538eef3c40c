import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Turns } from './turns.js'

const people = Array.from({ length: 5 }, (_, name) => ({ name, inTurns: 0 }))

describe('turns', () => {
  it('are taken in the order in which they were asked for, once each', () => {
    const turns = new Turns<(typeof people)[number]>(1)
    const [a, b] = people.map(({ name }) => ({ name, inTurns: 0 })) as typeof people
    turns.add(a!)
    turns.add(b!)
    turns.add(a!)
    expect([turns.size, turns.at(0), turns.at(1), turns.at(2)]).toEqual([2, a, b, undefined])
    turns.requeue(a!)
    expect(turns.takeAll()).toEqual([b, a])
    expect([turns.size, turns.at(0)]).toEqual([0, undefined])
  })

  it('of several lines do not disturb each other, whatever is done to them', () => {
    const step = fc.record({
      line: fc.nat(2),
      who: fc.nat(people.length - 1),
      do: fc.constantFrom('add' as const, 'delete' as const, 'requeue' as const, 'takeAll' as const),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const all = people.map(({ name }) => ({ name, inTurns: 0 }))
        const lines = [1, 2, 4].map((bit) => ({
          turns: new Turns<(typeof all)[number]>(bit),
          model: new Set<object>(),
        }))
        for (const next of steps) {
          const { turns, model } = lines[next.line]!
          const who = all[next.who]!
          if (next.do === 'takeAll') {
            expect(turns.takeAll()).toEqual([...model])
            model.clear()
          } else {
            turns[next.do](who)
            if (next.do !== 'add') model.delete(who)
            if (next.do !== 'delete') model.add(who)
          }
          for (const line of lines) {
            const order = Array.from({ length: line.turns.size }, (_, place) => line.turns.at(place))
            expect(order).toEqual([...line.model])
          }
        }
      }),
    )
  })
})
