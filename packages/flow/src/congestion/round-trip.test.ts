import { expect, it } from 'vitest'
import { RoundTrip } from './round-trip.js'

const packet = { sentAt: 0, amount: 10n }
const inFlight = (packets: number) => ({ packets, amount: BigInt(packets) * 10n })

it('is over when as many packets were answered as were in flight when it began', () => {
  const round = new RoundTrip()
  const numbers = [4, 3, 2, 4, 3, 2, 1].map((left) => {
    round.onAnswer(packet, inFlight(left))
    return round.number
  })
  expect(numbers).toEqual([1, 1, 1, 1, 1, 2, 2])
})

it('remembers the most that was in flight while it lasts', () => {
  const round = new RoundTrip()
  round.onAnswer(packet, inFlight(1))
  expect([round.packets, round.usedPackets, round.usedAmount]).toEqual([2, 2, 20n])
  round.onSent(inFlight(5))
  round.onSent(inFlight(3))
  expect([round.packets, round.usedPackets, round.usedAmount]).toEqual([2, 5, 50n])
  round.onAnswer(packet, inFlight(2))
  expect([round.usedPackets, round.usedAmount]).toEqual([5, 50n])
  round.onAnswer(packet, inFlight(1))
  expect([round.usedPackets, round.usedAmount]).toEqual([2, 20n])
})
