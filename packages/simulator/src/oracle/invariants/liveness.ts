import type { Ratio } from '@stream/connection'
import type { World } from '../world.js'
import type { Accepted } from '../server-end.js'

type Found = [end: string, what: string]

const nameOf = ({ end }: Accepted): string => end.observation.terms.name

/** A process that forgot everything begins anew with sequences its peer has seen: that connection cannot recover. */
const hasForgotten = (world: World): boolean => world.scenario.changes.some(({ kind }) => kind === 'restartServer')

/** Ends that are expected to get everything done: alive, with an honest peer that knows of them. */
function living(world: World): Accepted[] {
  if (world.scenario.hostile !== undefined || hasForgotten(world)) return []
  return world
    .ends()
    .filter((accepted) => !accepted.end.isGone && accepted.end.connection.state !== 'closed')
    .filter((accepted) => !isLeftWithoutAWord(world, accepted))
}

/**
 * Its peer has ended, and it cannot learn that, for it may send nothing: by what the peer said last, or since it never
 * heard where the peer is. Its idle timeout will end it.
 */
function isLeftWithoutAWord(world: World, accepted: Accepted): boolean {
  const others = world.clients.includes(accepted) ? (world.server?.accepted ?? []) : world.clients
  const peers = others.filter(({ token }) => token === accepted.token).map(({ end }) => end.observation)
  const knowsPeer = accepted.end.connection.stats().peerAddress !== undefined
  return peers.some((peer) => peer.endedAt !== undefined && (!knowsPeer || !peer.wasAskedSinceItsEnd))
}

/** Worse than what was promised: then money waits, as it was told to. Roundings along the way cost next to nothing. */
function isRateTooLow(world: World, accepted: Accepted): boolean {
  const { minimumRate } = accepted.end.connection.stats()
  if (minimumRate === undefined) return false
  const rate = world.path.rate(world.clients.includes(accepted) ? 'towardsServer' : 'towardsClient')
  return rate.numerator * minimumRate.denominator * 99n < minimumRate.numerator * rate.denominator * 100n
}

function ratesOf(world: World, accepted: Accepted): string {
  const { minimumRate } = accepted.end.connection.stats()
  const rate = world.path.rate(world.clients.includes(accepted) ? 'towardsServer' : 'towardsClient')
  const decimal = ({ numerator, denominator }: Ratio) => (Number(numerator) / Number(denominator)).toPrecision(6)
  return `a rate of ${decimal(rate)}, at least ${minimumRate ? decimal(minimumRate) : 'anything'}`
}

/** I8: some time after the last fault, all money and all bytes are where they were to go, or their end is known. */
export function settledFindings(world: World): Found[] {
  const found: Found[] = []
  for (const accepted of living(world)) {
    for (const id of accepted.application.outgoingIds) {
      const stats = accepted.end.connection.streamStats(id)
      if (stats === undefined || !stats.isOpen) continue
      const { sendMax, sent, held, unsentBytes, unackedBytes } = stats
      const rest = sendMax - sent
      const isRestWorthless = held === 0n && stats.isFlushed && rest < 1000n
      if (rest > 0n && !isRestWorthless && !isRateTooLow(world, accepted))
        found.push([
          nameOf(accepted),
          `stream ${id} still has ${rest} of ${sendMax} to send at ${ratesOf(world, accepted)}`,
        ])
      if (unsentBytes + unackedBytes > 0) {
        found.push([
          nameOf(accepted),
          `stream ${id} still has ${unsentBytes} bytes to send and ${unackedBytes} in doubt`,
        ])
      }
    }
  }
  return found
}

/** I8 and I6: streams that were closed are closed, and one that ended well has all its bytes. */
export function closedFindings(world: World): Found[] {
  const found: Found[] = []
  for (const accepted of living(world)) {
    if (isRateTooLow(world, accepted)) continue
    for (const id of accepted.application.outgoingIds) {
      const isOver = accepted.end.connection.streamStats(id)?.isOpen !== true || accepted.application.ended.has(id)
      const { sendMax, sent } = accepted.end.connection.streamStats(id) ?? { sendMax: 0n, sent: 0n }
      const rest = sent < sendMax ? ` with ${sendMax - sent} of ${sendMax} to send at ${ratesOf(world, accepted)}` : ''
      if (!isOver) found.push([nameOf(accepted), `stream ${id} does not close${rest}`])
      else if (!accepted.application.ended.has(id)) {
        found.push([nameOf(accepted), `nobody was told of the end of stream ${id}${rest}`])
      }
    }
  }
  return [...found, ...missingBytes(world)]
}

/** Both ends of a stream were told that it ended without an error: then nothing of it is missing. */
function missingBytes(world: World): Found[] {
  const found: Found[] = []
  if (world.scenario.hostile !== undefined || hasForgotten(world)) return found
  world.clients.forEach((client) => {
    const server = world.server?.accepted.find(
      ({ end, token }) => end.connection.state !== 'establishing' && token === client.token,
    )
    if (server === undefined) return
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      for (const id of from.application.outgoingIds) {
        const ends = [from.application.ended.get(id), to.application.ended.get(id)]
        if (ends.some((end) => end?.errorCode !== 1)) continue
        const [written, read] = [from.application.written(id), to.application.bytesRead(id)]
        if (read < written) found.push([nameOf(to), `stream ${id} ended with ${read} of ${written} bytes read`])
      }
    }
  })
  return found
}

/** I8: every connection has ended. */
export function drainedFindings(world: World): Found[] {
  const found: Found[] = []
  for (const accepted of world.ends()) {
    const { end } = accepted
    if (!end.isGone && end.connection.state !== 'closed')
      found.push([nameOf(accepted), `is still ${end.connection.state}`])
    if (!end.isGone && end.observation.end === undefined) found.push([nameOf(accepted), 'was never told of the end'])
  }
  return found
}
