import { FrameType, frameTypeName, type Frame, type StreamPacket } from '@stream/frames'

/** What a packet says, on one line of a trace: `StreamData 1 0+300, ConnectionMaxData 65536`. */
export function framesText(packet: StreamPacket | undefined): string {
  if (packet === undefined) return 'unreadable'
  const shown = packet.frames.slice(0, MOST_SHOWN).map(frameText)
  if (packet.frames.length > MOST_SHOWN) shown.push(`${packet.frames.length - MOST_SHOWN} more frames`)
  return shown.join(', ')
}

/** Hostile peers send thousands. */
const MOST_SHOWN = 20

function frameText(frame: Frame): string {
  if (frame.type === 'unknown') return frameTypeName(frame.typeId)
  return [frameTypeName(frame.type), ...valuesOf(frame)].join(' ')
}

function valuesOf(frame: Exclude<Frame, { type: 'unknown' }>): (string | number | bigint)[] {
  switch (frame.type) {
    case FrameType.StreamData:
      return [frame.streamId, `${frame.offset}+${frame.data.length}`]
    case FrameType.StreamReceipt:
      return [frame.streamId]
    default: {
      const { type: _, ...values } = frame
      return Object.values(values)
    }
  }
}
