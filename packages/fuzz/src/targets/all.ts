import type { Target } from '../target.js'
import { credentialsTarget } from './credentials.js'
import { differential } from './differential.js'
import { frame } from './frame.js'
import { operations } from './operations.js'
import { packet } from './packet.js'
import { receiver } from './receiver.js'
import { rejectData } from './reject-data.js'
import { sender } from './sender.js'

export const targets: readonly Target[] = [
  packet,
  frame,
  credentialsTarget,
  sender,
  receiver,
  operations,
  rejectData,
  differential,
]
