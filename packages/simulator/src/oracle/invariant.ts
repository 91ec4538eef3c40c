import type { CloseReason, ConnectionEvent } from '@stream/connection'
import type { Instant } from '@stream/flow'
import type { IlpReply } from '@stream/frames/ilp'
import type { ArrivedPrepare, Observation, SentPrepare } from './observation.js'

/** What is wrong, in a sentence; `undefined` when nothing is. */
export type Finding = string | undefined

/** The other side of what an end saw: who was credited for which envelope. */
export interface Crediting {
  /** Units that an envelope brought to its receiver, all processes of it together; `undefined`: it was never credited. */
  credited(key: string): bigint | undefined
}

/** One thing that must hold whatever happens on the path. Each check is asked at its own moment and says what it finds. */
export interface Invariant {
  /** Such as `I1 conservation`. */
  readonly name: string
  /** A Prepare leaves. */
  readonly onSent?: (end: Observation, sent: SentPrepare) => Finding
  /** An answer came in; `isNews`: it moved money that had not moved before. */
  readonly onReply?: (
    end: Observation,
    sent: SentPrepare,
    reply: IlpReply,
    now: Instant,
    isNews: boolean,
    all: Crediting,
  ) => Finding
  /** The answer to a Prepare that came in leaves. */
  readonly onAnswer?: (end: Observation, arrived: ArrivedPrepare) => Finding
  /** It has left, and everything it led to has been told. */
  readonly afterAnswer?: (end: Observation, arrived: ArrivedPrepare) => Finding
  /** Whatever the application is told. */
  readonly onEvent?: (end: Observation, event: ConnectionEvent, now: Instant) => Finding
  readonly onClosed?: (end: Observation, reason: CloseReason, now: Instant) => Finding
  /** After each input and everything it led to. */
  readonly afterStep?: (end: Observation, now: Instant) => Finding
  /** When nothing moves any more. */
  readonly atEnd?: (end: Observation) => Finding
}
