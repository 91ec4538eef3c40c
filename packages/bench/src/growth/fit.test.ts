import { expect, test } from 'vitest'
import { fitExponent } from './fit.js'

test('the exponent of a power law is found exactly, whatever its factor', () => {
  for (const exponent of [-1, 0, 0.5, 1, 2]) {
    const points = [1, 10, 100, 1000].map((x) => ({ x, y: 7 * x ** exponent }))
    const fit = fitExponent(points)
    expect(fit?.exponent).toBeCloseTo(exponent, 10)
    expect(fit?.error).toBeCloseTo(0, 7)
  }
})

test('noise shows as an error of the exponent', () => {
  const fit = fitExponent([
    { x: 1, y: 100 },
    { x: 10, y: 120 },
    { x: 100, y: 80 },
    { x: 1000, y: 105 },
  ])
  expect(Math.abs(fit!.exponent)).toBeLessThan(2 * fit!.error!)
  expect(fit!.error).toBeGreaterThan(0.01)
})

test('two points give no error, one size gives no exponent', () => {
  expect(
    fitExponent([
      { x: 1, y: 1 },
      { x: 10, y: 100 },
    ]),
  ).toEqual({ exponent: 2, error: undefined })
  expect(
    fitExponent([
      { x: 5, y: 1 },
      { x: 5, y: 2 },
    ]),
  ).toBeUndefined()
  expect(fitExponent([])).toBeUndefined()
})
