import { ratio } from '@stream/connection'
import { ErrorCode, FrameType } from '@stream/frames'
import type { AppPlan, StreamPlan } from '../../src/oracle/application.js'
import type { FaultKind, FaultPlan } from '../../src/oracle/fault.js'
import type { EndPlan, HopPlan, Scenario } from '../../src/oracle/scenario.js'

const SECOND = 1000
const FAULTS_FROM = 5 * SECOND
const FAULTS_UNTIL = 15 * SECOND

const payment: StreamPlan = {
  openAt: FAULTS_FROM,
  amount: 5_000n,
  bytes: 0,
  piece: 1_000,
  pause: 100,
  close: 'atEnd',
}

const willing: AppPlan = {
  streams: [],
  receiveMax: 'all',
  reading: 'atOnce',
  offers: 'accept',
  throws: 0,
  reenters: 0,
  ends: 0,
  blocks: 0,
}

const end = (streams: readonly StreamPlan[]): EndPlan => ({
  app: { ...willing, streams },
  maxPacketAmount: 1_000n,
  slippage: ratio(1n, 100n),
  rate: 'probe',
  pathFailures: 1_000,
  packetTimeout: 10 * SECOND,
  idle: 60 * SECOND,
  streamWindow: 16_384,
  sendBuffer: 65_536,
  padPackets: false,
  asksForOffers: false,
})

const harmless: FaultPlan = { chances: {}, bursts: [], rejectCodes: ['T00'] }
const hop: HopPlan = { latency: 10, jitter: 0, towardsServer: harmless, towardsClient: harmless, packetLimits: [] }

/** One kind of fault for every packet while the payment is made. */
const always = (kind: FaultKind, over: Partial<FaultPlan> = {}): FaultPlan => ({
  ...harmless,
  bursts: [{ kind, from: FAULTS_FROM, to: FAULTS_UNTIL, probability: 1 }],
  ...over,
})

interface Over {
  readonly first?: Partial<HopPlan>
  readonly last?: Partial<HopPlan>
  readonly streams?: readonly StreamPlan[]
}

const scenarioOf = ({ first, last, streams = [payment] }: Over): Scenario => ({
  seed: 1,
  profile: 'hostileConnector',
  connectors: [{ price: ratio(1n), fee: ratio(0n) }],
  hops: [
    { ...hop, ...first },
    { ...hop, ...last },
  ],
  changes: [],
  faultsUntil: FAULTS_UNTIL,
  connections: 1,
  receipts: false,
  client: end(streams),
  server: end([]),
})

/** A known defect, the scenario in which it shows, and what the oracle must find when an implementation has it. */
export interface Proof {
  readonly defect: string
  readonly scenario: Scenario
  readonly finds: string
}

const openAndClose = (streamId: number) => [
  { type: FrameType.StreamData, streamId, offset: 0, data: new Uint8Array(0) } as const,
  { type: FrameType.StreamClose, streamId, errorCode: ErrorCode.NoError, errorMessage: '' } as const,
]

/** Opens and closes the streams that come before, so that the peer allows one with an id that no receipt can name. */
const lateStream = [
  {
    amount: 0n,
    frames: [{ type: FrameType.ConnectionNewAddress, sourceAccount: 'test.c0.client1' } as const],
  },
  ...Array.from({ length: 128 }, (_, i) => ({ amount: 0n, frames: openAndClose(2 * i + 1) })),
  { amount: 5_000n, frames: [{ type: FrameType.StreamMoney, streamId: 257, shares: 1n } as const] },
]

export const proofs: readonly Proof[] = [
  {
    defect: 'C1: packets of one unit may deliver nothing',
    scenario: scenarioOf({
      first: { packetLimits: [{ from: FAULTS_FROM, limit: 1n }] },
      last: { towardsServer: always('underpay', { underpayTo: 'nothing' }) },
    }),
    finds: 'I4 minimum rate',
  },
  {
    defect: 'C2: money is credited, then the receipt cannot be written and the packet is rejected',
    scenario: {
      ...scenarioOf({ streams: [] }),
      receipts: true,
      hostile: {
        end: 'client',
        plan: { packets: lateStream.length, pause: 10, nastiness: 0, script: lateStream },
      },
    },
    finds: 'I1 conservation',
  },
  {
    defect: 'C4: packets are fulfilled after they have expired',
    scenario: scenarioOf({ last: { towardsServer: always('lateRequest') } }),
    finds: 'I2 credit only by a Fulfill in time',
  },
  {
    defect: 'C5: a Fulfill without data is not booked',
    scenario: scenarioOf({ first: { towardsClient: always('stripReply') } }),
    finds: 'I1 conservation',
  },
  {
    defect: 'C7: copies of a packet are credited again',
    scenario: scenarioOf({ last: { towardsServer: always('duplicateRequest') } }),
    finds: 'I3 no double credit',
  },
  {
    defect: 'D1: data that comes twice stops the stream for ever',
    scenario: scenarioOf({
      last: { towardsServer: always('duplicateRequest') },
      streams: [{ ...payment, amount: 0n, bytes: 4_000, piece: 500, pause: 400 }],
    }),
    finds: 'I6 bytes',
  },
]
