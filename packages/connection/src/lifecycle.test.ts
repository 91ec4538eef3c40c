import { describe, expect, it } from 'vitest'
import { Lifecycle, MAX_PACKETS } from './lifecycle.js'
import type { CloseReason } from './io.js'

const timeouts = { idle: 60_000, close: 5_000 }
const config = { timeouts, limits: { sealedPackets: MAX_PACKETS } }
const ours: CloseReason = { by: 'local', errorCode: 1, errorMessage: 'ours' }
const theirs: CloseReason = { by: 'peer', errorCode: 9, errorMessage: 'theirs' }

describe('the life of a connection', () => {
  it('begins open, and is established once', () => {
    const life = new Lifecycle(100, config)
    expect([life.state, life.isOpen, life.reason]).toEqual(['establishing', true, undefined])
    expect([life.establish(), life.establish()]).toEqual([true, false])
    expect([life.state, life.isOpen]).toEqual(['established', true])
  })

  it.each([
    ['closing', ours, theirs],
    ['draining', theirs, ours],
  ] as const)('is %s with the first reason, whatever is said later', (by, first, second) => {
    const life = new Lifecycle(100, config)
    expect(life.beginClose(by, first)).toBe(true)
    expect(life.beginClose('closing', second)).toBe(false)
    expect(life.beginClose('draining', second)).toBe(false)
    expect([life.state, life.isOpen, life.reason]).toEqual([by, false, first])
    expect(life.establish()).toBe(false)
    expect([life.end(second), life.end(second)]).toEqual([true, false])
    expect([life.state, life.reason, life.deadline]).toEqual(['closed', first, undefined])
    expect(life.beginClose('closing', second)).toBe(false)
  })

  it('ends without a close for the reason that is given then', () => {
    const life = new Lifecycle(100, config)
    expect(life.end({ by: 'idleTimeout' })).toBe(true)
    expect([life.state, life.reason]).toEqual(['closed', { by: 'idleTimeout' }])
    expect([life.isIdle(1e9), life.isCloseOverdue(1e9)]).toEqual([false, false])
  })

  it('is idle that long after the last authenticated packet, and not a moment sooner', () => {
    const life = new Lifecycle(100, config)
    expect([life.deadline, life.isIdle(60_099), life.isIdle(60_100)]).toEqual([60_100, false, true])
    life.onAuthenticated(50_000)
    expect([life.deadline, life.isIdle(109_999), life.isIdle(110_000)]).toEqual([110_000, false, true])
  })

  it('is never idle when that was asked for', () => {
    const life = new Lifecycle(100, { ...config, timeouts: { ...timeouts, idle: Infinity } })
    expect([life.deadline, life.isIdle(1e15)]).toEqual([Infinity, false])
  })

  it('waits for a close from the first poll after it on, whatever comes meanwhile', () => {
    const life = new Lifecycle(100, config)
    life.startCloseTimer(200)
    expect(life.deadline).toBe(60_100)
    life.beginClose('closing', ours)
    life.startCloseTimer(1_000)
    life.startCloseTimer(3_000)
    life.onAuthenticated(4_000)
    expect([life.deadline, life.isCloseOverdue(5_999), life.isCloseOverdue(6_000)]).toEqual([6_000, false, true])
    expect(life.isIdle(1e9)).toBe(false)
  })
})

describe('the packets of a connection', () => {
  it('are numbered from 1, and replies count, too (RFC 0029, 5.1.3)', () => {
    const life = new Lifecycle(0, config)
    expect([life.nextSequence(), life.nextSequence()]).toEqual([1, 2])
    life.countReply()
    expect([life.packetsSent, life.packetsSealed]).toEqual([2, 3])
  })

  it('keep one for the close', () => {
    const life = new Lifecycle(0, { timeouts, limits: { sealedPackets: 3 } })
    life.nextSequence()
    expect(life.atPacketLimit).toBe(false)
    life.countReply()
    expect([life.atPacketLimit, life.isKeyUsedUp]).toEqual([true, false])
    life.nextSequence()
    expect(life.isKeyUsedUp).toBe(true)
    expect(MAX_PACKETS).toBe(2_147_483_648)
  })
})
