import { FrameType, type Frame } from '@stream/frames'
import type { Observation } from '../observation.js'
import type { Finding, Invariant } from '../invariant.js'

interface Told {
  isClosed: boolean
  isEstablished: boolean
  readonly endedStreams: Set<number>
  readonly openedStreams: Set<number>
  /** The largest value told, by limit. */
  readonly limits: Map<string, bigint | number>
  asset: string | undefined
}

/** I14: events come in order and nothing follows `closed`; limits only grow; the asset never changes. */
export function stateMachine(): Invariant {
  const all = new WeakMap<Observation, Told>()
  const toldOf = (end: Observation): Told => {
    let told = all.get(end)
    if (told === undefined) {
      const [endedStreams, openedStreams] = [new Set<number>(), new Set<number>()]
      told = { isClosed: false, isEstablished: false, endedStreams, openedStreams, limits: new Map(), asset: undefined }
      all.set(end, told)
    }
    return told
  }
  return {
    name: 'I14 state machine',
    onEvent(end, event): Finding {
      const told = toldOf(end)
      if (told.isClosed) return `${event.type} after closed`
      switch (event.type) {
        case 'closed':
          told.isClosed = true
          return undefined
        case 'established':
          if (told.isEstablished) return 'established twice'
          told.isEstablished = true
          return undefined
        case 'streamOpened':
          if (told.openedStreams.has(event.streamId)) return `stream ${event.streamId} opened twice`
          told.openedStreams.add(event.streamId)
          return undefined
        case 'streamClosed':
          if (told.endedStreams.has(event.streamId)) return `stream ${event.streamId} closed twice`
          told.endedStreams.add(event.streamId)
          return undefined
        case 'moneyReceived':
        case 'writable':
          return told.endedStreams.has(event.streamId)
            ? `${event.type} on stream ${event.streamId} after its end`
            : undefined
        default:
          return undefined
      }
    },
    onSent(end, { packet }): Finding {
      const told = toldOf(end)
      if (told.isClosed) return 'a Prepare leaves after closed'
      return framesFinding(told, packet?.frames ?? [])
    },
    onAnswer(end, arrived): Finding {
      // The second copy of a packet gets the answer of the first, which may be older than others.
      const [first] = end.arrived.get(arrived.key) ?? []
      return first === arrived ? framesFinding(toldOf(end), arrived.answer?.packet?.frames ?? []) : undefined
    },
  }
}

function framesFinding(told: Told, frames: readonly Frame[]): Finding {
  for (const frame of frames) {
    const limit = limitOf(frame)
    if (limit !== undefined) {
      const [name, value] = limit
      const before = told.limits.get(name)
      if (before !== undefined && value < before) return `${name} falls from ${before} to ${value}`
      told.limits.set(name, value)
    }
    if (frame.type === FrameType.ConnectionAssetDetails) {
      const asset = `${frame.sourceAssetCode} ${frame.sourceAssetScale}`
      if (told.asset !== undefined && told.asset !== asset) return `the asset changes from ${told.asset} to ${asset}`
      told.asset = asset
    }
  }
  return undefined
}

function limitOf(frame: Frame): [string, bigint | number] | undefined {
  switch (frame.type) {
    case FrameType.ConnectionMaxData:
      return ['ConnectionMaxData', frame.maxOffset]
    case FrameType.ConnectionMaxStreamId:
      return ['ConnectionMaxStreamId', frame.maxStreamId]
    case FrameType.StreamMaxData:
      return [`StreamMaxData of ${frame.streamId}`, frame.maxOffset]
    case FrameType.StreamMaxMoney:
      return [`receiveMax of ${frame.streamId}`, frame.receiveMax]
    default:
      return undefined
  }
}
