import { FrameType } from '@stream/frames'
import type { Finding, Invariant } from '../invariant.js'

const MAX_STREAM_ID = 255

/** I13: receipts verify, and say what the stream had received when its Fulfill left. */
export const receipts: Invariant = {
  name: 'I13 receipts',
  onAnswer(end, arrived): Finding {
    const { answer, key } = arrived
    const [first] = end.arrived.get(key) ?? []
    if (answer?.packet === undefined || first !== arrived) return undefined
    for (const frame of answer.packet.frames) {
      if (frame.type !== FrameType.StreamReceipt) continue
      if (answer.reply.type !== 'fulfill') return 'a receipt leaves with a Reject'
      if (frame.streamId > MAX_STREAM_ID) return `a receipt for stream ${frame.streamId}, which none can name`
    }
    return undefined
  },
  onEvent(end, event): Finding {
    const { verifyReceipt, isPeerHonest } = end.terms
    if (event.type !== 'moneySent' || event.receipt === undefined || verifyReceipt === undefined || !isPeerHonest) {
      return undefined
    }
    const tally = end.tally(event.streamId)
    try {
      const { streamId, totalReceived } = verifyReceipt(event.receipt)
      if (streamId !== event.streamId) return `stream ${event.streamId} got a receipt of stream ${streamId}`
      if (totalReceived > tally.lastReceiptTotal) tally.lastReceiptTotal = totalReceived
      return undefined
    } catch (error) {
      return `a receipt does not verify: ${String(error)}`
    }
  },
}
