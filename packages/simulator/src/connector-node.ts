import type { IlpAddress } from '@stream/frames/ilp'
import type { AccountId, AccountLimits, AccountOptions } from './connector-account.js'
import { Connector, type ConnectorOptions } from './connector.js'
import type { Packet } from './packet.js'
import { Alarm, type Scheduler } from './scheduler.js'

/** A connector in virtual time: feeds it what arrives and sends what it puts out. */
export class ConnectorNode {
  readonly name: string
  readonly connector: Connector
  readonly #scheduler: Scheduler
  readonly #alarm: Alarm
  readonly #send = new Map<AccountId, (packet: Packet) => void>()

  constructor(name: string, options: ConnectorOptions, scheduler: Scheduler) {
    this.name = name
    this.connector = new Connector(options)
    this.#scheduler = scheduler
    this.#alarm = new Alarm(scheduler, () => {
      this.connector.handleTimeout(scheduler.now)
      this.#drain()
    })
  }

  /** `send` takes what goes to the neighbour; what comes from it is given to `receive`. */
  addNeighbour(account: AccountId, options: AccountOptions, send: (packet: Packet) => void): void {
    this.connector.addAccount(this.#scheduler.now, account, options)
    this.#send.set(account, send)
  }

  removeNeighbour(account: AccountId): void {
    this.connector.removeAccount(this.#scheduler.now, account)
    this.#send.delete(account)
    this.#drain()
  }

  changeLimits(account: AccountId, limits: AccountLimits): void {
    this.connector.changeLimits(this.#scheduler.now, account, limits)
  }

  addRoute(prefix: IlpAddress, account: AccountId): void {
    this.connector.addRoute(prefix, account)
  }

  receive(account: AccountId, packet: Packet): void {
    const { now } = this.#scheduler
    if (packet.type === 'reply') this.connector.handleReply(now, packet.id, packet.reply)
    else if (this.#send.has(account)) this.connector.handlePrepare(now, account, packet.id, packet.prepare)
    this.#drain()
  }

  #drain(): void {
    for (;;) {
      const output = this.connector.pollOutput()
      if (output.type === 'timeout') return this.#alarm.set(output.at)
      const { account, ...packet } = output
      this.#send.get(account)?.(packet)
    }
  }
}
