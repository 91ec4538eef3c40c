import type { CloseReason } from '@stream/connection'
import type { CryptoProvider } from '@stream/crypto'
import type { CongestionControllerFactory, Duration, Instant } from '@stream/flow'
import { simulateClient, type ClientOptions } from '../client.js'
import type { ConnectionDriver } from '../connection-driver.js'
import { simulateNetwork, type AttachOptions, type Network } from '../network.js'
import { simulateServer } from '../server.js'
import { FlowRecorder, type FlowSeries } from './flow-series.js'
import { applyLoad, takeEverything, writeOn } from './load.js'
import { ScenarioPath } from './path.js'
import { RecordedController } from './recorded-controller.js'
import { DEFAULT_SAMPLE_INTERVAL, type Load, type Scenario } from './scenario.js'

export interface RunOptions {
  /** Makes the congestion controller of each flow. */
  readonly congestion: CongestionControllerFactory
  /** Decides everything that is left to chance. Default 1. */
  readonly seed?: number
  /** Ciphers and hashes. Default: those that run everywhere; on Node, `nodeCrypto` is several times faster. */
  readonly crypto?: CryptoProvider
}

/** What happened to one flow. */
export interface FlowRecording {
  /** When it began. */
  readonly startedAt: Instant
  /** Milliseconds without queues and jitter, on the path of this run. */
  readonly roundTrip: Duration
  readonly series: FlowSeries
  /** Why the connection ended before the scenario did; `undefined`: it did not. */
  readonly ended?: CloseReason
}

/** One run of a scenario. The same scenario, controller and seed give the same recording. */
export interface Recording {
  readonly scenario: Scenario
  readonly seed: number
  readonly flows: readonly FlowRecording[]
}

/** Round trips of a run differ by up to this part from what the scenario says, so that no figure hangs on one value. */
const ROUND_TRIP_VARIATION = 0.02
const ONE_TO_ONE = { numerator: 1n, denominator: 1n }
const NOTHING = { numerator: 0n, denominator: 1n }

/** Runs real connections over a simulated path, in virtual time, as fast as the machine can. */
export const runScenario = (scenario: Scenario, options: RunOptions): Recording => {
  const { seed = 1, crypto, congestion } = options
  const network = simulateNetwork({ seed, connectors: [], ...(crypto && { crypto }) })
  const random = network.random.fork('scenario')
  const stretch = random.between(1 - ROUND_TRIP_VARIATION, 1 + ROUND_TRIP_VARIATION)
  const path = new ScenarioPath(network, scenario)
  const byToken = new Map<string, RunningFlow>()
  const received = new WeakMap<ConnectionDriver, RunningFlow>()
  const receiver = simulateServer(network, {
    ...path.receiver(),
    onConnection: ({ driver, token }) => {
      const flow = byToken.get(token)
      if (flow !== undefined) received.set(driver, flow)
    },
    onEvent: (event, driver) => {
      const bytes = takeEverything(event, driver)
      if (bytes > 0) received.get(driver)?.recorder.add(network.scheduler.now, 'bytesDelivered', bytes)
    },
  })
  const interval = scenario.sampleInterval ?? DEFAULT_SAMPLE_INTERVAL
  const samples = Math.ceil(scenario.duration / interval)

  const flows = scenario.flows.map((flow, index) => {
    const roundTrip = flow.roundTrip * stretch
    const running = new RunningFlow(new FlowRecorder(interval, samples))
    // Each begins at a moment of its own within its first round trip: nobody's clocks agree.
    const startedAt = (flow.startsAt ?? 0) + random.between(0, roundTrip)
    network.scheduler.at(startedAt, () => {
      const credentials = receiver.createCredentials()
      byToken.set(credentials.destination.slice(credentials.destination.lastIndexOf('.') + 1), running)
      running.begin(network, path.sender(index, roundTrip), credentials, congestion, flow.load ?? 'money')
    })
    return { running, startedAt, roundTrip }
  })
  for (let sample = 0; sample < samples; sample++) {
    network.scheduler.run({ until: Math.min((sample + 1) * interval, scenario.duration), maxSteps: Infinity })
    for (const { running } of flows) running.sample(sample)
  }
  return {
    scenario,
    seed,
    flows: flows.map(({ running: { recorder, ended }, startedAt, roundTrip }) => ({
      startedAt,
      roundTrip,
      series: recorder.series,
      ...(ended && { ended }),
    })),
  }
}

class RunningFlow {
  readonly recorder: FlowRecorder
  ended: CloseReason | undefined
  #controller: RecordedController | undefined

  constructor(recorder: FlowRecorder) {
    this.recorder = recorder
  }

  begin(
    network: Network,
    place: AttachOptions,
    credentials: ClientOptions['credentials'],
    congestion: CongestionControllerFactory,
    load: Load,
  ): void {
    const { driver } = simulateClient(network, {
      ...place,
      credentials,
      connection: {
        congestion: (now) => (this.#controller = new RecordedController(congestion, this.recorder, now)),
        // The rate is known, so that probing for it does not mix with what is to be measured.
        exchangeRate: { fixed: ONE_TO_ONE, slippage: NOTHING },
      },
      onEvent: (event, sender) => {
        if (event.type === 'moneySent') {
          this.recorder.add(network.scheduler.now, 'amountDelivered', Number(event.amount))
        }
        if (event.type === 'writable') writeOn(sender, event.streamId)
        if (event.type === 'closed') this.ended = event.reason
      },
    })
    applyLoad(driver, load, network.scheduler)
  }

  sample(index: number): void {
    this.#controller?.sample(index)
  }
}
