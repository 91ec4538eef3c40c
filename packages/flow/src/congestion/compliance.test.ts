import { testCongestionController } from '../compliance.js'
import { aimd } from './aimd.js'
import { bottleneckRate } from './bottleneck-rate.js'
import { cubic } from './cubic.js'
import { fixedRate } from './fixed-rate.js'
import { fixedWindow } from './fixed-window.js'
import { paced } from './pacer.js'
import { predecessor } from './predecessor.js'

testCongestionController('aimd', aimd())
testCongestionController('aimd with bounds of its own', aimd({ initialPackets: 1, maxPackets: 7, minAmount: 1000n }))
testCongestionController('bottleneckRate', bottleneckRate())
testCongestionController('cubic', cubic())
testCongestionController('cubic with bounds of its own', cubic({ initialPackets: 1, maxPackets: 7, minAmount: 1000n }))
testCongestionController('paced cubic', paced(cubic()))
testCongestionController('fixedRate', fixedRate({ unitsPerSecond: 1000, packetsPerSecond: 10 }))
testCongestionController('fixedWindow', fixedWindow())
testCongestionController('fixedWindow of one packet', fixedWindow({ packets: 1, amount: 1n }))
testCongestionController('paced aimd', paced(aimd()))
testCongestionController('paced fixedWindow', paced(fixedWindow({ packets: 100 }), { burst: 1, gain: 1, minRtt: 0 }))
testCongestionController('paced twice', paced(paced(aimd())))
testCongestionController('predecessor', predecessor())
