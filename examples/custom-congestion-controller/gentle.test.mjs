import { testCongestionController } from '@stream/flow/compliance'
import { gentle } from './gentle.js'

testCongestionController('gentle', gentle())
