import { parseArgs } from 'node:util'
import { targets } from './targets/all.js'

export interface FuzzCommand {
  readonly targets: readonly string[]
  readonly seed: number
  /** Each target ends after so many executions, or after so many seconds. */
  readonly executions: number | undefined
  readonly seconds: number | undefined
  /** Inputs in this file are run once, nothing else. */
  readonly replay: string | undefined
  /** The committed seeds are written anew: as few and as short inputs as reach what the run has reached. */
  readonly grow: boolean
}

export const usage = `npm run fuzz -- [options]
  --target NAME     only this target; may be repeated
  --seconds N       per target (default 60)
  --executions N    per target, instead of a time
  --ci              the short run: a fixed number of executions for each target, seed 1
  --seed N          equal seeds give equal inputs (default: the time)
  --grow            write corpus/NAME/seeds.hex anew, from all that reaches new code
  --replay FILE     run the inputs in FILE; needs one --target

Targets:
${targets.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}`

/** Throws with a message for the user when the arguments make no sense. */
export function parseCommand(args: readonly string[], now: number): FuzzCommand {
  const { values } = parseArgs({
    args: [...args],
    options: {
      target: { type: 'string', multiple: true },
      seconds: { type: 'string' },
      executions: { type: 'string' },
      seed: { type: 'string' },
      replay: { type: 'string' },
      ci: { type: 'boolean', default: false },
      grow: { type: 'boolean', default: false },
    },
  })
  const known = targets.map(({ name }) => name)
  for (const name of values.target ?? []) {
    if (!known.includes(name)) throw new Error(`no target named ${name}; there are ${known.join(', ')}`)
  }
  const executions = count('executions', values.executions)
  const isTimed = !values.ci && executions === undefined
  if (values.replay !== undefined && values.target?.length !== 1) throw new Error('--replay needs one --target')
  return {
    targets: values.target ?? known,
    seed: count('seed', values.seed) ?? (values.ci ? 1 : now % 2 ** 32),
    executions,
    seconds: count('seconds', values.seconds) ?? (isTimed ? 60 : undefined),
    replay: values.replay,
    grow: values.grow,
  }
}

function count(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw new Error(`--${name} must be a whole number, got ${value}`)
}
