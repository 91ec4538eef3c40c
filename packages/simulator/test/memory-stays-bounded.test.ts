// I7 on the heap itself: a peer that holds the keys and does all it can think of makes an end keep its windows and no
// more, however long it goes on.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Connection } from '@stream/connection'
import { packetProtection } from '@stream/crypto'
import { nodeCrypto } from '@stream/crypto/node'
import { seededCrypto } from '@stream/crypto/testing'
import { aimd } from '@stream/flow'
import { decodePacket } from '@stream/frames'
import { expect, test } from 'vitest'
import { ConnectionDriver, type SendPrepare } from '../src/connection-driver.js'
import { FaultCounts } from '../src/oracle/fault.js'
import { HostilePeer } from '../src/oracle/hostile-peer.js'
import { seededRandom } from '../src/random.js'
import { Scheduler } from '../src/scheduler.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Objects and buffers alive. Twice, for buffers found dead are freed in the background. */
function bytesAlive(): number {
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const limits = {
  streamWindow: 16_384,
  maxStreamWindow: 16_384,
  connectionWindow: 262_144,
  maxConnectionWindow: 262_144,
  sendBuffer: 16_384,
}
/** What an end keeps besides: its last answers, packets that wait, compiled code. */
const MARGIN = 2_500_000
/** Of chance: nothing that grows with the number of packets hides in it. */
const NOISE = 700_000
const PAUSE = 10
const PACKETS = 3_000

/** One end that uses its connection a little and never reads, and a peer without manners. */
class Siege {
  readonly #scheduler = new Scheduler(1_000)
  readonly #driver: ConnectionDriver
  readonly #protection = packetProtection(seededCrypto('siege', nodeCrypto), new Uint8Array(32).fill(9))
  readonly counts = new FaultCounts()
  readonly #peer: HostilePeer

  /** `leak`: keeps what it is given. */
  constructor(role: 'client' | 'server', leak?: unknown[]) {
    const connection = new Connection(
      {
        role,
        protection: this.#protection,
        localAddress: 'test.victim',
        peerAddress: 'test.peer',
        asset: { code: 'A', scale: 9 },
        congestion: aimd(),
        limits,
        timeouts: { idle: 600_000 },
      },
      this.#scheduler.now,
    )
    const send: SendPrepare = (prepare, onReply) => {
      const plaintext = this.#protection.open(prepare.data) ?? new Uint8Array(0)
      const answer = (reply: Parameters<typeof onReply>[0]) => this.#scheduler.after(5, () => onReply(reply))
      this.#peer.receive(prepare, answer, decodePacket(plaintext))
    }
    this.#driver = new ConnectionDriver(connection, send, this.#scheduler, (event) => {
      if (event.type === 'streamOpened') connection.setReceiveMax(event.streamId, 1n << 60n)
    })
    this.#peer = new HostilePeer({
      plan: { packets: 1e9, pause: PAUSE, nastiness: 0 },
      random: seededRandom(11),
      counts: this.counts,
      protection: this.#protection,
      scheduler: this.#scheduler,
      send: (prepare, onReply) => {
        leak?.push(prepare)
        this.#driver.receive(prepare, onReply)
      },
      victim: () => 'test.victim',
      localAddress: 'test.peer',
      isClient: role === 'server',
    })
    this.#peer.start()
    if (role === 'client') this.#use()
  }

  /** Pays and writes on streams of its own, and closes them, for as long as it is let. */
  #use(): void {
    this.#scheduler.after(50, () => {
      this.#driver.run((connection) => {
        if (connection.state === 'closed' || connection.state === 'closing') return
        const id = connection.openStream()
        if (id === undefined) return
        connection.setSendMax(id, 1_000n)
        connection.write(id, new Uint8Array(2_000))
        this.#scheduler.after(5_000, () => this.#driver.run(() => connection.closeStream(id)))
      })
      this.#use()
    })
  }

  get state(): string {
    return this.#driver.connection.state
  }

  /** As long as about so many packets take. */
  last(packets: number): void {
    this.#scheduler.run({ until: this.#scheduler.now + packets * PAUSE })
  }
}

/** Bytes kept after some packets, and after three times as many more. */
function siege(role: 'client' | 'server', leak?: unknown[]): { early: number; late: number } {
  new Siege(role).last(500) // what is compiled and cached once
  const before = bytesAlive()
  const attacked = new Siege(role, leak)
  attacked.last(PACKETS)
  const early = bytesAlive() - before
  attacked.last(3 * PACKETS)
  const late = bytesAlive() - before
  expect(attacked.state).toBe('established')
  expect(attacked.counts.total).toBeGreaterThan(4 * PACKETS)
  return { early, late }
}

test.each(['server', 'client'] as const)(
  'a %s keeps its windows and no more, and as much after many packets as after few',
  (role) => {
    const { early, late } = siege(role)
    expect(early).toBeLessThan(limits.connectionWindow + MARGIN)
    expect(late).toBeLessThan(limits.connectionWindow + MARGIN)
    expect(late - early).toBeLessThan(NOISE)
  },
)

test('one that keeps every packet would be found out', () => {
  const { early, late } = siege('server', [])
  expect(late - early).toBeGreaterThan(2 * NOISE)
})
