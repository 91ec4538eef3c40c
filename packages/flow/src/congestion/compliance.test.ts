import { testCongestionController } from '../compliance.js'
import { aimd } from './aimd.js'
import { fixedWindow } from './fixed-window.js'
import { paced } from './pacer.js'

testCongestionController('aimd', aimd())
testCongestionController('aimd with bounds of its own', aimd({ initialPackets: 1, maxPackets: 7, minAmount: 1000n }))
testCongestionController('fixedWindow', fixedWindow())
testCongestionController('fixedWindow of one packet', fixedWindow({ packets: 1, amount: 1n }))
testCongestionController('paced aimd', paced(aimd()))
testCongestionController('paced fixedWindow', paced(fixedWindow({ packets: 100 }), { burst: 1, gain: 1, minRtt: 0 }))
testCongestionController('paced twice', paced(paced(aimd())))
