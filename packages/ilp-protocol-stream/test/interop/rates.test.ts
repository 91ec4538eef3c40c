import { expect, test } from 'vitest'
import { across, describeCases, ends, expectBooksToBalance, session } from './session.js'

/** `arrives`: what seven full packets of `maxPacketAmount` deliver at most. */
const rates = [
  { rate: 0.5, maxPacketAmount: 1000n, arrives: { client: 3500n, server: 14_000n } },
  { rate: 1, maxPacketAmount: 1000n, arrives: { client: 7000n, server: 7000n } },
  { rate: 3.7, maxPacketAmount: 3700n, arrives: { client: 95_830n, server: 7000n } },
  { rate: 1e-6, maxPacketAmount: 10n ** 9n, arrives: { client: 7000n, server: 7n * 10n ** 15n } },
]
const scales = [
  { clientScale: 2, serverScale: 9 },
  { clientScale: 9, serverScale: 2 },
]

describeCases(({ transport, ...pairing }) => {
  for (const { rate, maxPacketAmount, arrives } of rates) {
    for (const { clientScale, serverScale } of scales) {
      test.each(ends)(`rate ${rate}, scales ${clientScale} and ${serverScale}: the %s pays`, async (sender) => {
        const connected = await session(pairing, { transport, rate, clientScale, serverScale, maxPacketAmount })
        const { client, server, path } = connected
        const { local, remote } = connected.open(sender)
        void remote.then((stream) => stream.setReceiveMax(String(2n * arrives[sender])))
        await local.sendTotal(String(7n * maxPacketAmount))
        const received = BigInt(connected[across(sender)].totalReceived)
        // A connector rounds down, by less than a unit a packet.
        expect(received).toBeLessThanOrEqual(arrives[sender])
        expect(received).toBeGreaterThanOrEqual(arrives[sender] - BigInt(path[sender].payments))
        expectBooksToBalance(connected)
        expect(client).toMatchObject({ sourceAssetCode: 'ABC', sourceAssetScale: clientScale })
        expect(client).toMatchObject({ destinationAssetCode: 'XYZ', destinationAssetScale: serverScale })
        expect(server).toMatchObject({ sourceAssetCode: 'XYZ', sourceAssetScale: serverScale })
        expect(server).toMatchObject({ destinationAssetCode: 'ABC', destinationAssetScale: clientScale })
      })
    }
  }
})
