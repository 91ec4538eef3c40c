import type { CloseReason, ConnectionEvent } from '@stream/connection'
import type { Instant } from '@stream/flow'
import type { IlpReply } from '@stream/frames/ilp'
import type { Crediting, Finding, Invariant } from './invariant.js'
import { conservation, counterpart, creditInTime, noDoubleCredit } from './invariants/conservation.js'
import { memory, noSpin } from './invariants/effort.js'
import { isolation } from './invariants/isolation.js'
import { limits, minimumRate } from './invariants/limits.js'
import { receipts } from './invariants/receipts.js'
import { stateMachine } from './invariants/state.js'
import { wire } from './invariants/wire.js'
import type { ArrivedPrepare, Observation, SentPrepare } from './observation.js'

/** Something that must not happen did. */
export interface Violation {
  readonly invariant: string
  /** Milliseconds since the start of the run. */
  readonly at: Instant
  readonly end: string
  readonly what: string
}

/** A run that goes on after this many says nothing new. */
const MOST = 20

/** All invariants that are checked end by end. */
const allInvariants = (): Invariant[] => [
  conservation,
  counterpart,
  creditInTime,
  noDoubleCredit,
  minimumRate(),
  limits,
  memory,
  noSpin(),
  wire(),
  isolation,
  receipts(),
  stateMachine(),
]

/** Watches every end of a run, asks the invariants at each moment, and keeps what they find. */
export class Inspector implements Crediting {
  readonly violations: Violation[] = []
  readonly ends: Observation[] = []
  readonly #invariants: readonly Invariant[]
  readonly #clock: { readonly now: Instant }
  readonly #note: ((text: string) => void) | undefined
  readonly #found = new Set<string>()

  constructor(
    clock: { readonly now: Instant },
    invariants: readonly Invariant[] = allInvariants(),
    note?: (text: string) => void,
  ) {
    this.#clock = clock
    this.#invariants = invariants
    this.#note = note
  }

  watch(end: Observation): void {
    this.ends.push(end)
  }

  credited(key: string): bigint | undefined {
    let credited: bigint | undefined
    for (const { arrived } of this.ends) {
      for (const copy of arrived.get(key) ?? []) {
        if (copy.answer?.reply.type === 'fulfill') credited = larger(credited, copy.prepare.amount)
      }
    }
    return credited
  }

  /** One sentence per invariant and end: what follows from the first is no news. */
  report(invariant: string, end: string, what: Finding): void {
    if (what === undefined || this.violations.length >= MOST || this.#found.has(`${invariant} ${end}`)) return
    this.#found.add(`${invariant} ${end}`)
    this.violations.push({ invariant, at: this.#clock.now, end, what })
    this.#note?.(`VIOLATION ${invariant}: ${end}: ${what}`)
  }

  onSent(end: Observation, sent: SentPrepare): void {
    for (const { name, onSent } of this.#invariants) this.report(name, end.terms.name, onSent?.(end, sent))
  }

  onReply(end: Observation, sent: SentPrepare, reply: IlpReply, now: Instant, isNews: boolean): void {
    for (const { name, onReply } of this.#invariants) {
      this.report(name, end.terms.name, onReply?.(end, sent, reply, now, isNews, this))
    }
  }

  onAnswer(end: Observation, arrived: ArrivedPrepare): void {
    for (const { name, onAnswer } of this.#invariants) this.report(name, end.terms.name, onAnswer?.(end, arrived))
  }

  afterAnswer(end: Observation, arrived: ArrivedPrepare): void {
    for (const { name, afterAnswer } of this.#invariants) this.report(name, end.terms.name, afterAnswer?.(end, arrived))
  }

  onEvent(end: Observation, event: ConnectionEvent, now: Instant): void {
    for (const { name, onEvent } of this.#invariants) this.report(name, end.terms.name, onEvent?.(end, event, now))
  }

  onClosed(end: Observation, reason: CloseReason, now: Instant): void {
    for (const { name, onClosed } of this.#invariants) this.report(name, end.terms.name, onClosed?.(end, reason, now))
  }

  afterStep(end: Observation, now: Instant): void {
    for (const { name, afterStep } of this.#invariants) this.report(name, end.terms.name, afterStep?.(end, now))
  }

  atEnd(): void {
    for (const end of this.ends) {
      for (const { name, atEnd } of this.#invariants) this.report(name, end.terms.name, atEnd?.(end))
    }
  }
}

const larger = (a: bigint | undefined, b: bigint): bigint => (a === undefined || b > a ? b : a)
