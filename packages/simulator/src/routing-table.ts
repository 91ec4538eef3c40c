import { isValidIlpAddress, type IlpAddress } from '@stream/frames/ilp'
import { SimulatorError } from './errors.js'

/**
 * Which account leads to an address: the longest matching prefix wins, whole segments only
 * (`test.al` does not lead to `test.alice`). The empty prefix is the default route.
 */
export class RoutingTable<Account> {
  readonly #routes = new Map<IlpAddress, Account>()

  get size(): number {
    return this.#routes.size
  }

  /** Adds the route, or changes where `prefix` leads. */
  add(prefix: IlpAddress, account: Account): void {
    // A prefix may be a lone scheme such as `test`, which is no address by itself.
    if (prefix !== '' && !isValidIlpAddress(prefix.includes('.') ? prefix : `${prefix}.x`)) {
      throw new SimulatorError('prefix', prefix, 'an ILP address prefix without a final dot, such as "test.alice"')
    }
    this.#routes.set(prefix, account)
  }

  /** Removes every route that leads to `account`. */
  removeAllTo(account: Account): void {
    for (const [prefix, target] of this.#routes) {
      if (target === account) this.#routes.delete(prefix)
    }
  }

  lookup(destination: IlpAddress): Account | undefined {
    let prefix = destination
    for (;;) {
      const account = this.#routes.get(prefix)
      if (account !== undefined) return account
      const dot = prefix.lastIndexOf('.')
      if (dot < 0) return this.#routes.get('')
      prefix = prefix.slice(0, dot)
    }
  }
}
