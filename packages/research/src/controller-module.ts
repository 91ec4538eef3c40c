import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CongestionController, CongestionControllerFactory } from '@stream/flow'
import { builtInControllers, type ControllerChoice } from './controllers.js'

export class ControllerModuleError extends Error {
  override readonly name = 'ControllerModuleError'
}

type Maker = () => CongestionControllerFactory

/**
 * Controllers of one's own: every function that the module exports is called without arguments and gives a
 * `CongestionControllerFactory`, as `aimd` does; its name is what the bench calls the controller.
 *
 * @throws {ControllerModuleError} when the module exports no such function, or one that gives something else.
 */
export const importControllers = async (file: string): Promise<Readonly<Record<string, ControllerChoice>>> => {
  const module = (await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>
  const makers = Object.entries(module).filter((entry): entry is [string, Maker] => typeof entry[1] === 'function')
  if (makers.length === 0) {
    throw new ControllerModuleError(
      `${file} exports no function; expected ones that give a CongestionControllerFactory`,
    )
  }
  for (const [name, make] of makers) assertMakesControllers(`${name} of ${file}`, make)
  return Object.fromEntries(makers.map(([name, make]) => [name, () => make()]))
}

/** Those built in, and those of the modules; of two with the same name the one named last counts. */
export const controllersOf = async (
  modules: readonly string[],
): Promise<Readonly<Record<string, ControllerChoice>>> => {
  const imported = await Promise.all(modules.map(importControllers))
  return Object.assign({}, builtInControllers, ...imported) as Record<string, ControllerChoice>
}

const METHODS: readonly (keyof CongestionController)[] = [
  'window',
  'nextSendTime',
  'onPacketSent',
  'onPacketAcked',
  'onCongestion',
  'onPathChanged',
  'metrics',
]

const assertMakesControllers = (what: string, make: Maker): void => {
  const factory: unknown = make()
  const controller: unknown = typeof factory === 'function' ? factory(0) : undefined
  const missing = METHODS.filter(
    (method) => typeof (controller as CongestionController | undefined)?.[method] !== 'function',
  )
  if (missing.length === 0) return
  throw new ControllerModuleError(
    `${what} gives no CongestionControllerFactory: what it makes lacks ${missing.join(', ')}`,
  )
}
