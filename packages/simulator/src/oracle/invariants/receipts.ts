import { decodeReceipt, MAX_RECEIPT_STREAM_ID } from '@stream/crypto/receipt'
import { FrameType } from '@stream/frames'
import type { Finding, Invariant } from '../invariant.js'
import type { ArrivedPrepare, Observation, StreamBooks } from '../observation.js'

/** Totals of receipts, by stream. */
interface Told {
  /** Of the last that left. */
  readonly given: Map<number, bigint>
  /** The largest that came. */
  readonly held: Map<number, bigint>
  /** What the peer says has arrived in all packets for which a receipt came. */
  readonly covered: Map<number, bigint>
}

/**
 * I13: each receipt says what its stream had been credited with when its Fulfill left, totals only grow, and whoever paid
 * holds the largest of those that came, which verifies.
 */
export function receipts(): Invariant {
  const all = new WeakMap<Observation, Told>()
  const toldOf = (end: Observation): Told => {
    const told = all.get(end) ?? { given: new Map(), held: new Map(), covered: new Map() }
    all.set(end, told)
    return told
  }
  return {
    name: 'I13 receipts',
    onAnswer(end, arrived): Finding {
      const { given } = toldOf(end)
      for (const { streamId, total } of receiptsIn(end, arrived)) {
        if (arrived.answer?.reply.type !== 'fulfill') return 'a receipt leaves with a Reject'
        if (streamId > MAX_RECEIPT_STREAM_ID) return `a receipt for stream ${streamId}, which none can name`
        const before = given.get(streamId) ?? 0n
        if (total <= before) return `a receipt of stream ${streamId} says ${total} after ${before}`
        given.set(streamId, total)
      }
      return undefined
    },
    afterAnswer(end, arrived): Finding {
      const said = new Map(receiptsIn(end, arrived).map(({ streamId, total }) => [streamId, total]))
      for (const [streamId, total] of said) {
        const credited = arrived.totals.get(streamId)
        if (credited !== total) return `a receipt of stream ${streamId} says ${total}, ${credited} was credited`
      }
      if (!end.terms.givesReceipts) return undefined
      for (const streamId of arrived.totals.keys()) {
        const isOwed = streamId <= MAX_RECEIPT_STREAM_ID && !said.has(streamId)
        if (isOwed) return `stream ${streamId} was paid and no receipt left for it`
      }
      return undefined
    },
    onEvent(end, event): Finding {
      const { verifyReceipt, isPeerHonest, hasPeerForgotten } = end.terms
      if (event.type !== 'moneySent' || event.receipt === undefined || verifyReceipt === undefined || !isPeerHonest) {
        return undefined
      }
      let verified
      try {
        verified = verifyReceipt(event.receipt)
      } catch (error) {
        return `a receipt does not verify: ${String(error)}`
      }
      const { streamId, totalReceived } = verified
      if (streamId !== event.streamId) return `stream ${event.streamId} got a receipt of stream ${streamId}`
      const { held, covered } = toldOf(end)
      const largest = larger(held.get(streamId), totalReceived)
      const delivered = (covered.get(streamId) ?? 0n) + event.delivered
      held.set(streamId, largest)
      covered.set(streamId, delivered)
      if (delivered <= largest || hasPeerForgotten()) return undefined
      return `stream ${streamId} delivered ${delivered}, its receipts say ${largest}`
    },
    afterStep(end): Finding {
      if (end.terms.verifyReceipt === undefined || !end.terms.isPeerHonest) return undefined
      for (const stream of end.books().streams) {
        // It may hold a larger one, which came with a Fulfill that a hop had spoiled.
        const [holds, came] = [heldBy(stream), toldOf(end).held.get(stream.id) ?? 0n]
        if (holds < came) return `stream ${stream.id} holds a receipt of ${holds}, one of ${came} has come`
      }
      return undefined
    },
    atEnd(end): Finding {
      if (!end.terms.givesReceipts) return undefined
      for (const [streamId, { received }] of end.streams) {
        if (received === 0n || streamId > MAX_RECEIPT_STREAM_ID) continue
        const last = toldOf(end).given.get(streamId)
        if (last !== received) return `the last receipt of stream ${streamId} says ${last}, it received ${received}`
      }
      return undefined
    },
  }
}

/** In the first answer of ours to an envelope: a copy is answered as that was. */
function receiptsIn(end: Observation, arrived: ArrivedPrepare): { streamId: number; total: bigint }[] {
  const { answer, key } = arrived
  const first = end.arrived.get(key)?.find((copy) => copy.answer?.packet !== undefined)
  if (answer?.packet === undefined || first !== arrived) return []
  return answer.packet.frames.flatMap((frame) =>
    frame.type === FrameType.StreamReceipt
      ? [{ streamId: frame.streamId, total: decodeReceipt(frame.receipt).totalReceived }]
      : [],
  )
}

const heldBy = ({ receipt }: StreamBooks): bigint => (receipt === undefined ? 0n : decodeReceipt(receipt).totalReceived)

const larger = (a: bigint | undefined, b: bigint): bigint => (a === undefined || b > a ? b : a)
