/** A point in time: milliseconds on a monotonic clock whose origin the caller chooses. May carry fractions. */
export type Instant = number

/** A span of time in milliseconds. May carry fractions. */
export type Duration = number

/** How much is, or may be, under way: Prepares sent and not yet answered. */
export interface InFlight {
  /** Sum of the Prepares' amounts, source units. */
  readonly amount: bigint
  /** Number of Prepares, those of amount 0 included. */
  readonly packets: number
}

/** What a controller is told about one Prepare. */
export interface SentPacketInfo {
  readonly sentAt: Instant
  /** Source units; 0 for a packet that carries data or control frames only. */
  readonly amount: bigint
}

/**
 * Why the path did not carry a packet.
 *
 * - `insufficientLiquidity`: ILP error T04, a connector lacks the money; it is the amount in flight that is too much.
 * - `busy`: any other temporary error, or an F99 that nobody signed.
 * - `lost`: no reply in time, or the path gave up on the packet (Rxx).
 */
export type CongestionSignal = 'insufficientLiquidity' | 'busy' | 'lost'

/**
 * Decides how much may be in flight on one path of one connection.
 *
 * A controller is a pure state machine. It reads no clock and holds no timer, so that a run can be repeated exactly:
 * every method that depends on time is given `now`, which never goes backwards. A packet is reported sent once, and
 * answered at most once, by `onPacketAcked`, `onCongestion` or `onAmountRefused`; one whose reply says nothing about
 * congestion (a probe refused for its amount, say) is simply never heard of again. Each call costs constant time and
 * memory.
 *
 * `inFlight` always is what is under way after the reported event: in `onPacketSent` it includes the packet, in
 * `onPacketAcked` and `onCongestion` it does not.
 *
 * @alpha The interface may change with what research finds; the types it is made of are stable.
 */
export interface CongestionController {
  /**
   * How much may be in flight in all. Never less than one packet and one source unit.
   *
   * A window may be too small for any packet that still delivers something at the path's rate. With nothing in flight
   * the caller may then send the smallest packet that does, or nothing would ever be learned again.
   */
  window(): InFlight
  /** When the next packet may leave: `now` when it may leave at once, otherwise later than `now`. Always finite. */
  nextSendTime(now: Instant): Instant
  /** A Prepare left. */
  onPacketSent(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void
  /** An authenticated reply came back: the path carried the packet. */
  onPacketAcked(now: Instant, packet: SentPacketInfo, inFlight: InFlight, smoothedRtt: Duration): void
  /** The path did not carry the packet. */
  onCongestion(now: Instant, packet: SentPacketInfo, inFlight: InFlight, signal: CongestionSignal): void
  /**
   * The path refused the packet for its amount alone (F08), which says nothing about congestion: whoever charged for
   * the amount may give it back. Not called for amounts that are tried to learn an exchange rate.
   */
  onAmountRefused?(now: Instant, packet: SentPacketInfo, inFlight: InFlight): void
  /** The peer has a new address: back to the initial window, for nothing is known about the new path (RFC 0029 4.3.2). */
  onPathChanged(now: Instant): void
  /** Figures for logs and plots: finite numbers and bigints. The names are the controller's own. */
  metrics(): Readonly<Record<string, number | bigint>>
}

/**
 * Makes the controller of one connection; `now` is when the connection begins. Called again, for another one, when more
 * is to be sent after nothing was for longer than a packet lives (30 seconds): the path is not what it was (RFC 9002,
 * 7.8, has the same for QUIC).
 */
export type CongestionControllerFactory = (now: Instant) => CongestionController

/** The largest amount an ILP packet can carry, 2^64 - 1; as a window it means that the amount is not limited. */
export const UNLIMITED_AMOUNT = 0xffffffffffffffffn

/** Packets in flight before anything is known. Receivers in use were seen to take 50 at once; this is well below. */
export const INITIAL_PACKET_WINDOW = 20

/** Packets in flight at most: at 100 ms of round trip still 10,000 packets a second. */
export const MAX_PACKET_WINDOW = 1000
