import { expect, test } from 'vitest'
import { readCorpus } from './corpus.js'
import { targets } from './targets/all.js'

test.each(targets.map((target) => [target.name, target] as const))(
  'everything ever found for %s passes',
  (name, target) => {
    const inputs = readCorpus(name)
    expect(inputs.length).toBeGreaterThan(5)
    for (const input of inputs) target.run(input)
  },
)
