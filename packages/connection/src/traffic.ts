import type { IlpAddress } from '@stream/frames'
import type { InFlight, Instant } from '@stream/flow'
import { ConnectionControl } from './connection-control.js'
import type { CloseReason, Input, Output, PrepareId } from './io.js'
import { Outbox } from './outbox.js'
import { IncomingPrepares, type IncomingParts } from './packet/incoming-prepare.js'
import { IncomingReplies, type ReplyParts } from './packet/incoming-reply.js'
import { outgoingPrepare } from './packet/outgoing-prepare.js'
import { Scheduler } from './packet/scheduler.js'
import { SentPackets } from './packet/sent-packets.js'
import { Phases } from './phases.js'
import type { Stream } from './streams/stream.js'

/** What lasts as long as the connection, while nothing is under way as well. */
export type LastingParts = Omit<IncomingParts, 'control' | 'outbox'>

/**
 * What packets and events go through, and the order in which they leave. All it knows is of what is under way: once it
 * `isOver`, it can go, and another one be made when there is more to do.
 */
export class Traffic {
  /** One object for all: what each part sees of the others is in its own file. */
  readonly #parts: IncomingParts & ReplyParts
  readonly #incoming: IncomingPrepares
  readonly #scheduler: Scheduler
  readonly #replies: IncomingReplies
  readonly #phases: Phases
  /** Nothing may go at this instant, until an input or a command: what is polled meanwhile need not look again. */
  isDrained = false

  constructor(lasting: LastingParts) {
    const { config, protection, createReceipt, lifecycle, path, streams } = lasting
    const control = new ConnectionControl(config, path, streams, lifecycle.state === 'establishing')
    const [sent, outbox] = [new SentPackets(), new Outbox()]
    // One by one: copies of an object with `...` are of a shape of their own each, whose properties the engine looks up anew.
    const parts = { config, protection, createReceipt, lifecycle, path, streams, control, sent, outbox }
    this.#parts = parts
    this.#phases = new Phases(parts)
    this.#scheduler = new Scheduler(parts)
    this.#phases.incoming = this.#incoming = new IncomingPrepares(parts, this.#phases)
    this.#phases.replies = this.#replies = new IncomingReplies(parts, this.#phases)
  }

  get inFlight(): InFlight {
    return this.#parts.sent.inFlight
  }

  /** All that was sent is over, and no copy of what came can come any more. */
  get isQuiet(): boolean {
    const { lifecycle, path, sent } = this.#parts
    return sent.isEmpty && path.restAt === undefined && lifecycle.repliesKeptUntil === undefined
  }

  /** Quiet, and nothing is left that another one would not know: what is late or undecided, owed, or about to leave. */
  get isOver(): boolean {
    const { control, lifecycle, sent } = this.#parts
    const isSettled = !sent.hasOverdue && !this.#incoming.isAsking && !control.owesUs
    const isWaiting = this.#scheduler.lookAgainAt !== undefined
    return this.isQuiet && isSettled && !isWaiting && lifecycle.state === 'established'
  }

  // ── in ────────────────────────────────────────────────────────────────────────

  handleInput(now: Instant, input: Input): void {
    switch (input.type) {
      case 'prepare':
        return this.#incoming.handle(now, input.id, input.prepare, input.plaintext)
      case 'reply':
        return this.#replies.handle(now, input.sequence, input.reply)
      case 'sendFailed':
        return this.#replies.onSendFailed(now, input.sequence, input.cause)
      case 'timeout':
        return this.#handleTimeout(now)
    }
  }

  #handleTimeout(now: Instant): void {
    const { lifecycle, path, sent, streams } = this.#parts
    this.#replies.onTimeout(now)
    this.#incoming.onTimeout(now)
    if (sent.isEmpty) path.rest(now)
    streams.wakeLingering()
    if (lifecycle.isIdle(now)) this.#phases.end(now, { by: 'idleTimeout' })
    const { reason } = lifecycle
    if (reason !== undefined && lifecycle.isCloseOverdue(now)) this.#phases.end(now, reason)
  }

  decide(id: PrepareId, accept: boolean, reason: Uint8Array | undefined): void {
    this.#incoming.decide({ id, accept, reason })
  }

  changeLocalAddress(address: IlpAddress): void {
    this.#parts.control.changeAddress(address)
  }

  close(reason: CloseReason): void {
    this.#phases.close(reason)
  }

  // ── out ───────────────────────────────────────────────────────────────────────

  /** What leaves next: openings of streams, replies, Prepares, events; `timeout` when drained. */
  pollOutput(now: Instant): Output {
    const { lifecycle, outbox } = this.#parts
    lifecycle.startCloseTimer(now)
    const opening = outbox.takeOpening()
    if (opening !== undefined) return opening
    if (this.#incoming.considerWaiting(now)) this.isDrained = false
    return outbox.takeReply() ?? this.#nextPrepare(now) ?? outbox.takeEvent() ?? this.#whenDrained(now)
  }

  #nextPrepare(now: Instant): Output | undefined {
    if (this.isDrained) return undefined
    const { lifecycle, path, sent: inFlight, streams } = this.#parts
    this.#phases.reportEndedStreams(now)
    if (lifecycle.isOpen && lifecycle.atPacketLimit) this.#phases.close({ by: 'packetLimit' })
    const packet = this.#scheduler.next(now)
    // A stream that has just learned that its rest cannot be paid may have waited for no more to close.
    if (packet === undefined && streams.hasChanged) return this.#nextPrepare(now)
    const destination = path.peerAddress
    if (packet === undefined || destination === undefined) {
      this.isDrained = true
      return undefined
    }
    const { output, sent } = outgoingPrepare(this.#parts, now, lifecycle.nextSequence(), destination, packet)
    inFlight.add(sent)
    path.onSent(now, sent, inFlight.inFlight)
    for (const id of sent.streamIds) this.#tellWritable(streams.get(id))
    return output
  }

  #tellWritable(stream: Stream | undefined): void {
    if (stream === undefined || !stream.wantsWritable) return
    if (stream.unsentBytes * 2 > this.#parts.config.limits.sendBuffer) return
    stream.wantsWritable = false
    this.#parts.outbox.event({ type: 'writable', streamId: stream.id })
  }

  /** Nothing leaves: either the connection has come to its end, or there is an instant to wait for. */
  #whenDrained(now: Instant): Output {
    const { control, lifecycle, outbox, path, sent } = this.#parts
    const { reason, state } = lifecycle
    const isAnswered = state === 'draining' || control.isCloseSettled
    const isUnreachable = state === 'closing' && path.peerAddress === undefined
    if (reason !== undefined && sent.isEmpty && (isAnswered || isUnreachable)) this.#phases.end(now, reason)
    return outbox.takeEvent() ?? this.#timeout(now)
  }

  #timeout(now: Instant): Output {
    const { lifecycle, path, sent, streams } = this.#parts
    let work = earlier(sent.nextDeadline, this.#incoming.deadline)
    work = earlier(work, streams.lingerDeadline)
    work = earlier(work, this.#scheduler.lookAgainAt)
    let rest = earlier(lifecycle.deadline, lifecycle.repliesKeptUntil)
    if (sent.isEmpty) rest = earlier(rest, path.restAt)
    const at = lifecycle.state === 'closed' ? undefined : earlier(rest, work)
    const isIdle = work === undefined && lifecycle.isOpen
    return { type: 'timeout', at: at === undefined ? undefined : Math.max(at, now), idle: isIdle }
  }
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
