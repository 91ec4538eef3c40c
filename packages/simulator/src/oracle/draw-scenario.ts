import { ratio, type Ratio } from '@stream/connection'
import { seededRandom, type Random } from '../random.js'
import type { AppPlan, StreamPlan } from './application.js'
import { replyFaults, requestFaults, type Burst, type FaultKind, type FaultPlan } from './fault.js'
import type { Change, ConnectorPlan, EndPlan, HopPlan, Profile, Scenario } from './scenario.js'

const SECOND = 1000

/** Probabilities per packet and hop; each scenario draws its own share of them. */
const MILD: Partial<Record<FaultKind, number>> = {
  dropRequest: 0.02,
  delayRequest: 0.02,
  reorderRequest: 0.3,
  duplicateRequest: 0.03,
  dropReply: 0.02,
  delayReply: 0.01,
  reorderReply: 0.3,
  duplicateReply: 0.05,
}
const LOSSY: Partial<Record<FaultKind, number>> = {
  ...MILD,
  dropRequest: 0.1,
  dropReply: 0.08,
  delayRequest: 0.1,
  delayReply: 0.03,
  replayRequest: 0.05,
  lateRequest: 0.03,
  duplicateRequest: 0.1,
}
const HOSTILE: Partial<Record<FaultKind, number>> = {
  ...LOSSY,
  dropRequest: 0.03,
  dropReply: 0.03,
  corruptRequest: 0.05,
  stripRequest: 0.03,
  swapRequest: 0.05,
  underpay: 0.2,
  refuse: 0.12,
  stripReply: 0.08,
  corruptReply: 0.06,
  swapReply: 0.06,
  swapReplyType: 0.05,
  olderReply: 0.05,
  wrongFulfillment: 0.04,
  forgeReject: 0.1,
  changeCode: 0.2,
}
const CHANCES: Record<Profile, Partial<Record<FaultKind, number>>> = {
  calm: { reorderRequest: 0.3, reorderReply: 0.3 },
  lossy: LOSSY,
  hostileConnector: HOSTILE,
  hostilePeer: MILD,
  chaos: HOSTILE,
}

const TEMPORARY = ['T00', 'T01', 'T02', 'T03', 'T04', 'T05', 'T99', 'R00', 'R01', 'R02', 'R99']
const FINAL = ['F00', 'F01', 'F02', 'F03', 'F04', 'F05', 'F06', 'F07', 'F08', 'F99']
const NEVER: FaultPlan = { chances: {}, bursts: [], rejectCodes: ['T00'] }

/** Draws a whole scenario from one number. */
export function scenario(seed: number, profile: Profile): Scenario {
  const random = seededRandom(seed).fork(profile)
  const connectors = Array.from({ length: 1 + random.integer(3) }, () => drawConnector(random, profile))
  const faultsUntil = random.between(15, 45) * SECOND
  const hops = connectors.map(() => drawHop(random, profile, faultsUntil))
  hops.push(drawHop(random, profile, faultsUntil))
  const isHostile = profile === 'hostilePeer' || (profile === 'chaos' && random.chance(0.3))
  return {
    seed,
    profile,
    connectors,
    hops,
    changes: drawChanges(random, profile, connectors, faultsUntil),
    faultsUntil,
    connections: profile === 'calm' ? 1 : isHostile ? 6 : 3,
    receipts: random.chance(0.5),
    client: drawEnd(
      random,
      profile,
      ratesAlong(connectors, (price) => price),
      true,
    ),
    server: drawEnd(random, profile, ratesAlong([...connectors].reverse(), inverse), false),
    ...(isHostile && {
      hostile: {
        end: random.chance(0.5) ? ('client' as const) : ('server' as const),
        plan: {
          packets: 60 + random.integer(100),
          pause: random.between(5, 80),
          nastiness: random.chance(0.5) ? 0 : random.between(0, 0.05),
        },
      },
    }),
  }
}

const inverse = ({ numerator, denominator }: Ratio): Ratio => ({ numerator: denominator, denominator: numerator })

/** What one unit has become behind each connector, one way. */
function ratesAlong(connectors: readonly ConnectorPlan[], priceOneWay: (price: Ratio) => Ratio): Ratio[] {
  let [numerator, denominator] = [1n, 1n]
  return connectors.map(({ price: given, fee }) => {
    const price = priceOneWay(given)
    numerator *= price.numerator * (fee.denominator - fee.numerator)
    denominator *= price.denominator * fee.denominator
    return { numerator, denominator }
  })
}

function drawConnector(random: Random, profile: Profile): ConnectorPlan {
  const prices = [ratio(1n), ratio(1n, 2n), ratio(2n), ratio(97n, 100n), ratio(137n, 100n), ratio(1n, 3n)]
  return {
    price: pick(random, prices),
    fee: profile === 'calm' || random.chance(0.5) ? ratio(0n) : ratio(BigInt(random.integer(10)), 1000n),
    ...(profile !== 'calm' && random.chance(0.3) && { liquidity: { rate: 500_000n, burst: 30_000n } }),
  }
}

function drawHop(random: Random, profile: Profile, until: number): HopPlan {
  const hasLimits = profile !== 'calm' && random.chance(0.25)
  return {
    latency: random.chance(0.2) ? 0 : random.between(1, 60),
    jitter: random.between(0, 30),
    towardsServer: drawFaults(random, profile, until),
    towardsClient: drawFaults(random, profile, until),
    packetLimits: hasLimits
      ? Array.from({ length: 1 + random.integer(4) }, () => ({
          from: random.between(0, until),
          limit: BigInt(Math.floor(50 * 100 ** random.next())),
        })).sort((a, b) => a.from - b.from)
      : [],
  }
}

/** Each hop has its own mixture, so that faults are met alone as well as together. */
function drawFaults(random: Random, profile: Profile, until: number): FaultPlan {
  if (profile !== 'calm' && random.chance(0.15)) return NEVER
  const chances: Partial<Record<FaultKind, number>> = {}
  for (const [kind, most] of Object.entries(CHANCES[profile]) as [FaultKind, number][]) {
    chances[kind] = random.chance(0.3) ? 0 : most * random.between(0.1, 1.2)
  }
  const rejectCodes = profile === 'lossy' || random.chance(0.4) ? TEMPORARY : [...TEMPORARY, ...FINAL]
  return { chances, bursts: profile === 'calm' ? [] : drawBursts(random, profile, until), rejectCodes }
}

function drawBursts(random: Random, profile: Profile, until: number): Burst[] {
  const kinds =
    profile === 'lossy' || profile === 'hostilePeer'
      ? (['dropRequest', 'dropReply', 'delayRequest'] as const)
      : [...requestFaults, ...replyFaults]
  return Array.from({ length: random.integer(3) }, () => {
    const from = random.between(0, until)
    return {
      kind: pick<FaultKind>(random, kinds),
      from,
      to: from + random.between(0.2, 8) * SECOND,
      probability: random.between(0.4, 1),
    }
  })
}

function drawChanges(random: Random, profile: Profile, connectors: readonly ConnectorPlan[], until: number): Change[] {
  const changes: Change[] = []
  if (profile === 'calm') return changes
  connectors.forEach(({ price }, connector) => {
    if (!random.chance(0.4)) return
    let walking = 1000n
    for (let at = random.between(0, 8_000); at < until; at += random.between(200, 6_000)) {
      // Mostly a walk, now and then a step that no slippage covers.
      walking += BigInt(random.integer(9)) - 4n
      const factor = random.chance(0.1) ? BigInt(500 + random.integer(800)) : walking
      const stepped = { numerator: price.numerator * factor, denominator: price.denominator * 1000n }
      changes.push({ kind: 'price', connector, price: stepped, at })
    }
    changes.push({ kind: 'price', connector, price, at: until })
  })
  const some = (chance: number, most: number): number => (random.chance(chance) ? 1 + random.integer(most) : 0)
  for (let i = some(profile === 'chaos' ? 0.4 : 0.1, 2); i > 0; i--) {
    changes.push({ kind: 'restartServer', at: random.between(0.2, 1) * until })
  }
  for (let i = some(profile === 'chaos' ? 0.5 : 0.15, 3); i > 0; i--) {
    const end = random.chance(0.5) ? 'client' : 'server'
    changes.push({ kind: 'clockStep', end, by: random.between(0, 40) * SECOND, at: random.between(0, 1) * until })
  }
  for (let i = some(profile === 'chaos' ? 0.4 : 0.1, 2); i > 0; i--) {
    const end = random.chance(0.5) ? 'client' : 'server'
    const at = random.between(0, 1) * until
    changes.push({ kind: 'wrongTime', end, by: random.between(-3, 3) * SECOND, at })
    changes.push({ kind: 'wrongTime', end, by: 0, at: until })
  }
  for (let i = some(0.15, 3); i > 0; i--) changes.push({ kind: 'moveClient', at: random.between(0, 1) * until })
  return changes.sort((a, b) => a.at - b.at)
}

/** Packets of so many units lose next to nothing to rounding, wherever they are. */
const PAYABLE = 1_000n

function drawEnd(random: Random, profile: Profile, rates: readonly Ratio[], isClient: boolean): EndPlan {
  const isPatient = random.chance(0.7)
  const rate = rates.at(-1) ?? ratio(1n)
  const payable = rates.reduce((most, { numerator, denominator }) => {
    const amount = (PAYABLE * denominator) / numerator
    return amount > most ? amount : most
  }, PAYABLE)
  const maxPacketAmount = (payable * BigInt(10 + random.integer(30))) / 10n
  return {
    app: drawApp(random, profile, isClient, maxPacketAmount),
    maxPacketAmount,
    slippage: ratio(BigInt(10 + random.integer(50)), 1000n),
    rate: random.chance(0.3) ? rate : random.chance(0.5) && isClient ? 'probe' : 'onDemand',
    pathFailures: isPatient ? 1000 : 5,
    packetTimeout: pick(random, [6, 12, 30]) * SECOND,
    idle: pick(random, [60, 200]) * SECOND,
    streamWindow: pick(random, [1_000, 16_384, 1 << 18]),
    sendBuffer: pick(random, [500, 10_000, 1 << 17]),
    padPackets: random.chance(0.05),
    asksForOffers: random.chance(0.3),
  }
}

function drawApp(random: Random, profile: Profile, isClient: boolean, packet: bigint): AppPlan {
  const isBusy = isClient || random.chance(0.5)
  const isOdd = profile !== 'calm'
  return {
    streams: isBusy ? Array.from({ length: 1 + random.integer(4) }, () => drawStream(random, packet)) : [],
    receiveMax: pick(random, ['all', 'all', 'inSteps', 'late']),
    reading: pick(random, ['atOnce', 'atOnce', 'slowly', 'late']),
    offers: pick(random, ['accept', 'acceptLater', 'declineSome']),
    throws: isOdd && random.chance(0.5) ? 0.1 : 0,
    reenters: isOdd && random.chance(0.5) ? 0.1 : 0,
    ends: isOdd && random.fork(`ends ${isClient}`).chance(0.3) ? 0.01 : 0,
    blocks: isOdd && random.fork(`blocks ${isClient}`).chance(0.2) ? 0.02 : 0,
  }
}

/** `packet`: source units that go into one. */
function drawStream(random: Random, packet: bigint): StreamPlan {
  const hasMoney = random.chance(0.85)
  return {
    openAt: random.between(0, 8) * SECOND,
    amount: hasMoney ? 1n + (packet * BigInt(Math.floor(100_000 * random.next() ** 2))) / 1_000n : 0n,
    bytes: hasMoney && random.chance(0.4) ? 0 : Math.floor(30_000 * random.next() ** 2),
    piece: 100 + random.integer(3_000),
    pause: random.between(1, 800),
    close: pick(random, ['atEnd', 'whenSent', 'whenSent', 'withError']),
  }
}

function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random.integer(from.length)]
  if (picked === undefined) throw new RangeError('nothing to pick from')
  return picked
}
