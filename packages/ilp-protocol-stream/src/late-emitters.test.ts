import { EventEmitter } from 'node:events'
import { Duplex, finished, Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test, vi } from 'vitest'
import { lateDuplex, lateEmitter } from './late-emitters.js'

const OPTIONS = { allowHalfOpen: false, readableHighWaterMark: 7, writableHighWaterMark: 9 }
class Late extends lateDuplex(OPTIONS) {
  readonly written: string[] = []
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.written.push(chunk.toString())
    callback()
  }
}

const isDuplexYet = (stream: Duplex): boolean => Object.hasOwn(stream, '_readableState')

/** Every property that Node's streams have for programs to look at. */
const names = [Readable, Writable, Duplex].flatMap(({ prototype }) =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, property]) =>
    property.get === undefined ? [] : [name],
  ),
)

describe('a late Duplex', () => {
  test.each(['allowHalfOpen', ...new Set(names)])('has the %s that one of Node has', (name) => {
    expect(Reflect.get(new Late(), name)).toEqual(Reflect.get(new Duplex(OPTIONS), name))
  })

  test('is none of its own accord, nor by being told what nobody listens for', () => {
    const stream = new Late()
    expect(stream.emit('money', '1')).toBe(false)
    expect(stream.listenerCount('data')).toBe(0)
    expect(isDuplexYet(stream)).toBe(false)
  })

  test('passes for a Duplex, and has what its class has', () => {
    expect(new Late()).toBeInstanceOf(Duplex)
    expect(new Late()).toBeInstanceOf(Readable)
    expect(new Late()).toBeInstanceOf(Writable)
    expect(Object.getPrototypeOf(Object.getPrototypeOf(Late))).toBe(Duplex)
    expect(new Late().eventNames()).toEqual(new Duplex(OPTIONS).eventNames())
  })

  test.each(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const)(
    'listens with `%s` as one of Node does',
    (listen) => {
      const [stream, nodes] = [new Late(), new Duplex(OPTIONS)]
      const [heard, heardOfNodes] = [vi.fn(), vi.fn()]
      stream[listen]('end', heard)
      nodes[listen]('end', heardOfNodes)
      for (const each of [stream, nodes]) {
        each.emit('end', 1)
        each.emit('end', 2)
      }
      expect(heard.mock.calls).toEqual(heardOfNodes.mock.calls)
      expect(stream.eventNames()).toEqual(nodes.eventNames())
      expect(Object.keys(stream)).toEqual(expect.arrayContaining(Object.keys(nodes)))
    },
  )

  test('becomes one once: who listened before goes on hearing', async () => {
    const stream = new Late()
    const ended = new Promise((resolve) => finished(stream, resolve))
    const chunks: string[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
    stream.push('in')
    stream.push(null)
    stream.end('out')
    await ended
    expect(chunks).toEqual(['in'])
    expect(stream.written).toEqual(['out'])
  })

  test('is written to, piped into and destroyed without being listened to first', async () => {
    const [written, piped, destroyed] = [new Late(), new Late(), new Late()]
    written.write('a')
    expect(written.written).toEqual(['a'])
    await pipeline(Readable.from(['b', 'c']), piped, { end: false })
    expect(piped.written).toEqual(['b', 'c'])
    destroyed.destroy()
    expect(destroyed.destroyed).toBe(true)
  })
})

describe('a late emitter', () => {
  class LateEmitter extends lateEmitter<{ word: [string] }>() {}

  test('passes for an EventEmitter, and is none before somebody listens', () => {
    const emitter = new LateEmitter()
    expect(emitter).toBeInstanceOf(EventEmitter)
    expect(emitter.emit('word', 'unheard')).toBe(false)
    expect(emitter.listenerCount('word')).toBe(0)
    expect(() => emitter.emit('error', new Error('of nobody'))).toThrow('of nobody')
    expect(Object.keys(emitter)).toEqual([])
  })

  test.each(['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const)(
    'listens with `%s` as one of Node does, and forgets as it does',
    (listen) => {
      const logOf = (emitter: EventEmitter): unknown[] => {
        const log: unknown[] = []
        const hear = (word: string): unknown => log.push(word)
        emitter[listen]('removeListener', (event: string) => log.push('removed', event))
        emitter[listen]('word', hear)
        emitter.emit('word', 'first')
        log.push(emitter.eventNames(), emitter.listenerCount('word'))
        emitter.off('word', hear)
        log.push(emitter.emit('word', 'second'), emitter.eventNames())
        return log
      }
      expect(logOf(new LateEmitter())).toEqual(logOf(new EventEmitter()))
    },
  )
})
