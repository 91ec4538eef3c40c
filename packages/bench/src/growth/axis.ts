import type { ImplementationName } from '../contenders/implementation.js'
import type { Metrics, Spans } from '../measure.js'
import type { MetricInfo, Scenario } from '../scenarios/scenario.js'

/** So much longer than for other scenarios: what is still being compiled would look like a cost that shrinks. */
const WARM_UP = 2

export interface AxisInfo {
  readonly name: string
  /** What grows along it. */
  readonly title: string
  /** The sizes each contender is measured at. */
  readonly sizes: ReadonlyMap<ImplementationName, readonly number[]>
  readonly metrics: readonly MetricInfo[]
  run(contender: ImplementationName, size: number, spans: Spans): Promise<Metrics>
}

/** One quantity that grows, and what is measured at each size, in a process of its own. */
export interface Axis extends AxisInfo {
  readonly points: ReadonlyMap<string, { readonly contender: ImplementationName; readonly size: number }>
  /** Its contenders are the points. */
  readonly scenario: Scenario
}

export function axis(info: AxisInfo): Axis {
  const points = new Map<string, { contender: ImplementationName; size: number }>(
    [...info.sizes].flatMap(([contender, sizes]) =>
      sizes.map((size) => [`${contender} at ${size}`, { contender, size }] as const),
    ),
  )
  return {
    ...info,
    points,
    scenario: {
      name: `growth-${info.name}`,
      title: info.title,
      contenders: [...points.keys()],
      metrics: info.metrics,
      rounds: { full: 2, quick: 1 },
      run: (label, spans) => {
        const { contender, size } = points.get(label)!
        return info.run(contender, size, { ...spans, warmUp: WARM_UP * spans.warmUp })
      },
    },
  }
}
