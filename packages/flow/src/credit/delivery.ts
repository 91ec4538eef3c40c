/**
 * The fate of one frame that was put in a Prepare. Exactly one of the two is called, once.
 *
 * An authenticated reply acknowledges the frames of its Prepare, whether it fulfils or rejects (RFC 0029 Appendix A).
 */
export interface Delivery {
  onAcked(): void
  onLost(): void
}
