/** Something that must always hold does not: what a target throws when it has found a fault. */
export class Fault extends Error {
  override readonly name = 'Fault'
}

export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Fault(what)
}

/** What makes two failures the same one: the first line of the error and the place it came from. */
export function signature(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const place = /^\s+at .*$/m.exec(error.stack ?? '')?.[0] ?? ''
  const [line = ''] = error.message.split('\n', 1)
  return error instanceof Fault
    ? line.replaceAll(/\d+/g, '#')
    : `${error.name}: ${line}${place.replaceAll(/\s+/g, ' ')}`
}
