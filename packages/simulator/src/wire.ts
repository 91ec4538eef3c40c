import { Link, type LinkOptions, type LinkStats } from './link.js'
import type { NetworkEvent, Packet, Tamper } from './packet.js'
import type { Random } from './random.js'
import type { Scheduler } from './scheduler.js'

export interface WireOptions extends LinkOptions {
  /** Meddles with what travels this way. Default: nobody does. */
  readonly tamper?: Tamper
}

/** What all wires of one network share. */
export interface WireContext {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly trace: ((event: NetworkEvent) => void) | undefined
}

export interface WireStats extends LinkStats {
  readonly prepares: number
  readonly replies: number
}

/** One direction between two named neighbours: a link, who meddles with it, and its record. `turnBack` takes what a meddler answers. */
export class Wire {
  readonly #context: WireContext
  readonly #from: string
  readonly #to: string
  readonly #link: Link
  readonly #tamper: Tamper | undefined
  readonly #deliver: (packet: Packet) => void
  readonly #turnBack: (packet: Packet) => void
  #prepares = 0
  #replies = 0

  constructor(
    context: WireContext,
    from: string,
    to: string,
    { tamper, ...link }: WireOptions,
    deliver: (packet: Packet) => void,
    turnBack: (packet: Packet) => void,
  ) {
    this.#context = context
    this.#from = from
    this.#to = to
    // Each direction draws from its own source, so that traffic on one link never changes the luck of another.
    this.#link = new Link(link, context.random.fork(`${from} > ${to}`))
    this.#tamper = tamper
    this.#deliver = deliver
    this.#turnBack = turnBack
  }

  send(packet: Packet): void {
    if (packet.type === 'prepare') this.#prepares++
    else this.#replies++
    this.#record('sent', packet)
    const now = this.#context.scheduler.now
    const travelling = this.#tamper === undefined ? [{ packet }] : this.#tamper(packet, now)
    if (travelling.length === 0) this.#record('lost', packet)
    for (const { packet: changed, delay = 0, back = false } of travelling) {
      if (back) this.#return(changed, delay)
      else this.#transmit(changed, delay)
    }
  }

  stats(): WireStats {
    return { ...this.#link.stats(), prepares: this.#prepares, replies: this.#replies }
  }

  #transmit(packet: Packet, delay: number): void {
    const { scheduler } = this.#context
    const arrival = this.#link.transmit(scheduler.now)
    if (arrival === undefined) return this.#record('lost', packet)
    scheduler.at(arrival + delay, () => {
      this.#record('arrived', packet)
      this.#deliver(packet)
    })
  }

  /** What a meddler answers comes from half-way, so it takes as long as the packet would have needed to get across. */
  #return(packet: Packet, delay: number): void {
    const { scheduler } = this.#context
    const arrival = this.#link.transmit(scheduler.now)
    if (arrival !== undefined) scheduler.at(arrival + delay, () => this.#turnBack(packet))
  }

  #record(type: NetworkEvent['type'], packet: Packet): void {
    const { trace, scheduler } = this.#context
    trace?.({ type, at: scheduler.now, from: this.#from, to: this.#to, packet })
  }
}
