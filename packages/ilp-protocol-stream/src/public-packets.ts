import type { IlpPrepare, IlpReject } from '@stream/frames/ilp'
import type { IlpPrepare as PublicPrepare, IlpReject as PublicReject } from 'ilp-packet'
import { asBuffer } from './buffers.js'

/** A Prepare as `ilp-packet` reads it, which is how the `money` event hands it out. */
export function publicPrepare({ amount, executionCondition, expiresAt, destination, data }: IlpPrepare): PublicPrepare {
  return {
    amount: amount.toString(),
    executionCondition: asBuffer(executionCondition),
    expiresAt: new Date(expiresAt),
    destination,
    data: asBuffer(data),
  }
}

/** A Reject as `ilp-packet` reads it, which is how errors carry it. */
export function publicReject({ code, triggeredBy, message, data }: IlpReject): PublicReject {
  return { code, triggeredBy, message, data: asBuffer(data) }
}
