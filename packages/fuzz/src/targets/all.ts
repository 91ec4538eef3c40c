import type { Target } from '../target.js'
import { credentialsTarget } from './credentials.js'
import { differential } from './differential.js'
import { frame } from './frame.js'
import { operations } from './operations.js'
import { packet } from './packet.js'
import { receiver } from './receiver.js'
import { rejectData } from './reject-data.js'
import { sender } from './sender.js'

/** The slowest first, so that both lanes of a run end together. */
export const targets: readonly Target[] = [
  operations,
  sender,
  receiver,
  rejectData,
  packet,
  differential,
  frame,
  credentialsTarget,
]
