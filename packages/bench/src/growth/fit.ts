export interface Fit {
  /** `y` grows as `x` to this power. */
  readonly exponent: number
  /** Of the exponent: one standard error; `undefined` for two points or fewer, through which any line goes. */
  readonly error: number | undefined
}

/** Least squares through the logarithms. `undefined` for fewer than two sizes. */
export function fitExponent(points: readonly { readonly x: number; readonly y: number }[]): Fit | undefined {
  const logs = points.filter(({ x, y }) => x > 0 && y > 0).map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }))
  const count = logs.length
  const meanX = sum(logs.map(({ x }) => x)) / count
  const meanY = sum(logs.map(({ y }) => y)) / count
  const spread = sum(logs.map(({ x }) => (x - meanX) ** 2))
  if (!(spread > 0)) return undefined
  const exponent = sum(logs.map(({ x, y }) => (x - meanX) * (y - meanY))) / spread
  const residue = sum(logs.map(({ x, y }) => (y - meanY - exponent * (x - meanX)) ** 2))
  return { exponent, error: count > 2 ? Math.sqrt(residue / (count - 2) / spread) : undefined }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
