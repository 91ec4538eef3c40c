import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Turns } from './turns.js'

const LINES = ['frames', 'money', 'stalled', 'changed', 'lingering'] as const

const people = Array.from({ length: 5 }, (_, name) => ({ name, inTurns: 0 }))

describe('turns', () => {
  it('are taken in the order in which they were asked for, once each', () => {
    const turns = new Turns<(typeof people)[number]>()
    const [a, b] = people.map(({ name }) => ({ name, inTurns: 0 })) as typeof people
    turns.add('money', a!)
    turns.add('money', b!)
    turns.add('money', a!)
    expect([turns.size('money'), ...[0, 1, 2].map((place) => turns.at('money', place))]).toEqual([2, a, b, undefined])
    turns.requeue('money', a!)
    expect(turns.takeAll('money')).toEqual([b, a])
    expect([turns.size('money'), turns.isEmpty('money'), turns.at('money', 0)]).toEqual([0, true, undefined])
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
