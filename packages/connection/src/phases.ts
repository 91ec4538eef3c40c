import { ErrorCode } from '@stream/frames'
import type { Instant } from '@stream/flow'
import { closeFrameOf, isOfThePath } from './close-frame.js'
import type { ConnectionConfig } from './config.js'
import type { ConnectionControl } from './connection-control.js'
import type { Violation } from './errors.js'
import { violation } from './errors.js'
import type { CloseReason } from './io.js'
import type { Lifecycle } from './lifecycle.js'
import type { Outbox } from './outbox.js'
import type { Path } from './path/path.js'
import type { Streams } from './streams/streams.js'

interface PhaseParts {
  readonly config: ConnectionConfig
  readonly lifecycle: Lifecycle
  readonly path: Path
  readonly streams: Streams
  readonly control: ConnectionControl
  readonly outbox: Outbox
}

/** Carries out the transitions of the lifecycle: what begins and ends with each, and what the application hears. */
export class Phases {
  /** Prepares of the peer that wait for our answer. */
  incoming: { declineAll(): void } | undefined
  /** Answers of the peer that are waited for. */
  replies: { giveUp(): void } | undefined

  constructor(private readonly parts: PhaseParts) {}

  /** The peer has proved that it holds the key, and lives. */
  onAuthenticated(now: Instant): void {
    const { lifecycle, config, path, outbox } = this.parts
    lifecycle.onAuthenticated(now)
    // A client that probes at the start is established when it knows the rate.
    if (config.exchangeRate.probe && !path.isRateKnown) return
    if (lifecycle.establish()) outbox.event({ type: 'established' })
  }

  closeByPeer({ errorCode, errorMessage }: Violation): void {
    const { lifecycle, control } = this.parts
    if (lifecycle.beginClose('draining', { by: 'peer', errorCode, errorMessage })) this.incoming?.declineAll()
    else if (lifecycle.state === 'closing') control.onPeerClosed()
  }

  /** We close, for whatever reason: the peer is told. */
  close(reason: CloseReason): void {
    const { lifecycle, control } = this.parts
    if (!lifecycle.beginClose('closing', reason)) return
    control.close(closeFrameOf(reason), !isOfThePath(reason))
    this.incoming?.declineAll()
  }

  closeByViolation({ errorCode, errorMessage }: Violation): void {
    this.close({ by: 'local', errorCode, errorMessage })
  }

  /** The end without another word to the peer. */
  end(now: Instant, reason: CloseReason): void {
    const { lifecycle, control, outbox } = this.parts
    this.reportEndedStreams(now)
    if (!lifecycle.end(reason)) return
    control.onEnd()
    this.incoming?.declineAll()
    this.replies?.giveUp()
    outbox.event({ type: 'closed', reason: lifecycle.reason ?? reason })
  }

  reportEndedStreams(now: Instant): void {
    const { lifecycle, streams, outbox } = this.parts
    for (const { stream, by } of streams.takeEnded(now)) {
      if (lifecycle.state === 'closed') continue // `closed` was the last event
      const { errorCode, errorMessage } = stream.end ?? violation(ErrorCode.NoError, '')
      outbox.event({ type: 'streamClosed', streamId: stream.id, by, errorCode, errorMessage })
    }
  }
}
