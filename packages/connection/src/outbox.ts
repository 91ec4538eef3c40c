import type { IlpReply } from '@stream/frames/ilp'
import type { ConnectionEvent, Output, PrepareId } from './io.js'

/** Replies and events that wait to be polled. Most of the time there are none, and no list either. */
export class Outbox {
  #replies: Output[] | undefined
  /** Streams the peer opened: the application hears of them before their money is decided. */
  #openings: Output[] | undefined
  #events: Output[] | undefined

  reply(id: PrepareId, reply: IlpReply): void {
    this.#replies = added(this.#replies, { type: 'reply', id, reply })
  }

  opened(streamId: number): void {
    this.#openings = added(this.#openings, { type: 'event', event: { type: 'streamOpened', streamId } })
  }

  event(event: ConnectionEvent): void {
    this.#events = added(this.#events, { type: 'event', event })
  }

  takeOpening(): Output | undefined {
    const opening = this.#openings?.shift()
    if (this.#openings?.length === 0) this.#openings = undefined
    return opening
  }

  takeReply(): Output | undefined {
    const reply = this.#replies?.shift()
    if (this.#replies?.length === 0) this.#replies = undefined
    return reply
  }

  takeEvent(): Output | undefined {
    const event = this.#events?.shift()
    if (this.#events?.length === 0) this.#events = undefined
    return event
  }
}

function added(list: Output[] | undefined, output: Output): Output[] {
  if (list === undefined) return [output]
  list.push(output)
  return list
}
