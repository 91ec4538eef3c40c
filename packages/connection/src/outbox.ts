import type { IlpReply } from '@stream/frames/ilp'
import type { ConnectionEvent, Output, PrepareId } from './io.js'

/** Replies and events that wait to be polled. Most of the time there are none, and no list either. */
export class Outbox {
  #replies: Output[] | undefined
  /** Streams the peer opened: the application hears of them before their money is decided. */
  #openings: Output[] | undefined
  #events: (Output | undefined)[] | undefined
  /** Those before it have been taken. Many events may wait, and taking the first off an array moves all others. */
  #nextEvent = 0

  reply(id: PrepareId, reply: IlpReply): void {
    this.#replies = added(this.#replies, { type: 'reply', id, reply })
  }

  opened(streamId: number): void {
    this.#openings = added(this.#openings, { type: 'event', event: { type: 'streamOpened', streamId } })
  }

  event(event: ConnectionEvent): void {
    const output: Output = { type: 'event', event }
    if (this.#events === undefined) this.#events = [output]
    else this.#events.push(output)
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
    const events = this.#events
    if (events === undefined) return undefined
    const event = events[this.#nextEvent]
    events[this.#nextEvent++] = undefined
    if (this.#nextEvent === events.length) {
      this.#events = undefined
      this.#nextEvent = 0
    } else if (this.#nextEvent > 64 && this.#nextEvent * 2 > events.length) {
      events.splice(0, this.#nextEvent)
      this.#nextEvent = 0
    }
    return event
  }
}

function added(list: Output[] | undefined, output: Output): Output[] {
  if (list === undefined) return [output]
  list.push(output)
  return list
}
