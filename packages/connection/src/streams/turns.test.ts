import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Line, Turns } from './turns.js'

const LINES = Object.values(Line)

const people = Array.from({ length: 5 }, (_, name) => ({ name, inTurns: 0 }))

describe('turns', () => {
  it('are taken in the order in which they were asked for, once each', () => {
    const turns = new Turns<(typeof people)[number]>()
    const [a, b] = people.map(({ name }) => ({ name, inTurns: 0 })) as typeof people
    turns.add(Line.Money, a!)
    turns.add(Line.Money, b!)
    turns.add(Line.Money, a!)
    expect([turns.size(Line.Money), ...[0, 1, 2].map((place) => turns.at(Line.Money, place))]).toEqual([
      2,
      a,
      b,
      undefined,
    ])
    turns.requeue(Line.Money, a!)
    expect(turns.takeAll(Line.Money)).toEqual([b, a])
    expect([turns.size(Line.Money), turns.isEmpty(Line.Money), turns.at(Line.Money, 0)]).toEqual([0, true, undefined])
  })

  it('of several lines do not disturb each other, whatever is done to them', () => {
    const step = fc.record({
      line: fc.nat(LINES.length - 1),
      who: fc.nat(people.length - 1),
      do: fc.constantFrom('add' as const, 'delete' as const, 'requeue' as const, 'takeAll' as const),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const all = people.map(({ name }) => ({ name, inTurns: 0 }))
        const turns = new Turns<(typeof all)[number]>()
        const lines = LINES.map((line) => ({ line, model: new Set<object>() }))
        for (const next of steps) {
          const { line, model } = lines[next.line]!
          const who = all[next.who]!
          if (next.do === 'takeAll') {
            expect(turns.takeAll(line)).toEqual([...model])
            model.clear()
          } else {
            turns[next.do](line, who)
            if (next.do !== 'add') model.delete(who)
            if (next.do !== 'delete') model.add(who)
          }
          for (const other of lines) {
            const order = Array.from({ length: turns.size(other.line) }, (_, place) => turns.at(other.line, place))
            expect(order).toEqual([...other.model])
            expect(turns.isEmpty(other.line)).toBe(other.model.size === 0)
          }
        }
      }),
    )
  })
})
