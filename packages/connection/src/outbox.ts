import type { IlpReply } from '@stream/frames/ilp'
import type { ConnectionEvent, Output, PrepareId } from './io.js'

/** Replies and events that wait to be polled. */
export class Outbox {
  readonly #replies: Output[] = []
  /** Streams the peer opened: the application hears of them before their money is decided. */
  readonly #openings: Output[] = []
  readonly #events: Output[] = []

  reply(id: PrepareId, reply: IlpReply): void {
    this.#replies.push({ type: 'reply', id, reply })
  }

  opened(streamId: number): void {
    this.#openings.push({ type: 'event', event: { type: 'streamOpened', streamId } })
  }

  event(event: ConnectionEvent): void {
    this.#events.push({ type: 'event', event })
  }

  takeOpening(): Output | undefined {
    return this.#openings.shift()
  }
  takeReply(): Output | undefined {
    return this.#replies.shift()
  }
  takeEvent(): Output | undefined {
    return this.#events.shift()
  }
}
