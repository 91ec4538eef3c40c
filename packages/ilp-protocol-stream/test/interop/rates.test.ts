import { expect, test } from 'vitest'
import { across, describeCases, ends, expectBooksToBalance, session } from './session.js'

const rates = [
  { rate: 0.5, maxPacketAmount: 1000n, inverse: '2' },
  { rate: 1, maxPacketAmount: 1000n, inverse: '1' },
  { rate: 3.7, maxPacketAmount: 3700n, inverse: '0.27027' },
  { rate: 1e-6, maxPacketAmount: 1_000_000_000n, inverse: '1000000' },
]
const scales = [
  { clientScale: 2, serverScale: 9 },
  { clientScale: 9, serverScale: 2 },
]

describeCases(({ transport, ...pairing }) => {
  for (const { rate, maxPacketAmount } of rates) {
    for (const { clientScale, serverScale } of scales) {
      test.each(ends)(`rate ${rate}, scales ${clientScale} and ${serverScale}: the %s pays`, async (sender) => {
        const connected = await session(pairing, { transport, rate, clientScale, serverScale, maxPacketAmount })
        const { client, server, path } = connected
        const { local, remote } = connected.open(sender)
        const receiver = remote.then((stream) => (stream.setReceiveMax(String(2n ** 63n)), stream))
        const amount = 7n * maxPacketAmount
        await local.sendTotal(String(amount))
        const received = BigInt((await receiver).totalReceived)
        console.log(rate, sender, pairing.client.name, pairing.server.name, amount, received, connected[sender].minimumAcceptableExchangeRate, connected[sender].lastPacketExchangeRate)
        expectBooksToBalance(connected)
        expect(client).toMatchObject({ sourceAssetCode: 'ABC', sourceAssetScale: clientScale })
        expect(client).toMatchObject({ destinationAssetCode: 'XYZ', destinationAssetScale: serverScale })
        expect(server).toMatchObject({ sourceAssetCode: 'XYZ', sourceAssetScale: serverScale })
        expect(server).toMatchObject({ destinationAssetCode: 'ABC', destinationAssetScale: clientScale })
      })
    }
  }
})
