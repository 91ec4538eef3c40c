import { expect, test } from 'vitest'
import { Link } from './link.js'
import { seededRandom } from './random.js'

test('a packet takes the latency', () => {
  expect(new Link({ latency: 25 }, seededRandom(1)).transmit(100)).toBe(125)
})

test('jitter only delays, and by no more than it says', () => {
  const link = new Link({ latency: 10, jitter: 5, reorder: 1 }, seededRandom(1))
  const delays = Array.from({ length: 1000 }, (_, i) => (link.transmit(i * 100) as number) - i * 100)
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(10)
  expect(Math.max(...delays)).toBeLessThan(15)
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(4)
})

test('jitter alone does not change the order of arrival', () => {
  const link = new Link({ latency: 10, jitter: 50 }, seededRandom(1))
  const arrivals = Array.from({ length: 500 }, (_, i) => link.transmit(i) as number)
  expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b))
})

test('with reorder packets overtake one another', () => {
  const link = new Link({ latency: 10, jitter: 50, reorder: 0.2 }, seededRandom(1))
  const arrivals = Array.from({ length: 500 }, (_, i) => link.transmit(i) as number)
  expect(arrivals).not.toEqual([...arrivals].sort((a, b) => a - b))
})

test('loss takes its share, and the tally knows', () => {
  const link = new Link({ loss: 0.1 }, seededRandom(1))
  const lost = Array.from({ length: 10_000 }, () => link.transmit(0)).filter((at) => at === undefined).length
  expect(Math.abs(lost - 1000)).toBeLessThan(120)
  expect(link.stats()).toEqual({ sent: 10_000, lost })
})

test.each([
  [{ latency: -1 }, 'latency is -1; expected milliseconds'],
  [{ jitter: Number.NaN }, 'jitter is NaN'],
  [{ loss: 1.1 }, 'loss is 1.1; expected a probability'],
  [{ reorder: -0.1 }, 'reorder is -0.1'],
])('%o is refused', (options, message) => {
  expect(() => new Link(options, seededRandom(1))).toThrow(message)
})
