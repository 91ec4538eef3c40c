import { parentPort, workerData } from 'node:worker_threads'
import { readCorpus } from './corpus.js'
import { Coverage } from './coverage.js'
import { distil } from './distil.js'
import { Fuzzer } from './fuzzer.js'
import { CurrentInput, type FuzzReport, type FuzzTask } from './task.js'
import { targets } from './targets/all.js'

/** Code of this repository, built or not, but neither the fuzzer itself nor the predecessor. */
const isOurs = (url: string): boolean => /\/packages\/(?!fuzz\/)[^/]+\/(?:dist|src)\//.test(url)

function fuzz(task: FuzzTask): FuzzReport {
  const target = targets.find(({ name }) => name === task.target)
  if (target === undefined) throw new Error(`no target named ${task.target}`)
  const start = performance.now()
  const end = task.seconds === undefined ? Infinity : start + task.seconds * 1000
  const most = task.executions ?? (task.seconds === undefined ? target.executions : Infinity)
  const current = new CurrentInput(task.memory)
  const coverage = task.useCoverage ? new Coverage(isOurs) : undefined
  const corpus = readCorpus(target.name)
  const { executions, crashes, discoveries } = new Fuzzer(target, {
    seed: task.seed,
    corpus,
    coverage,
    goesOn: (done) => done < most && performance.now() < end,
    onInput: (input) => current.set(input),
  }).run()
  const characters = coverage?.characters ?? 0
  const isGrowing = task.grow && crashes.length === 0
  coverage?.forget()
  const seeds =
    isGrowing && coverage ? distil([...corpus, ...discoveries], (input) => target.run(input), coverage) : undefined
  coverage?.close()
  return {
    target: target.name,
    executions,
    milliseconds: performance.now() - start,
    characters,
    crashes: crashes.map(({ error, input }) => ({
      what: error instanceof Error ? (error.stack ?? error.message) : String(error),
      input,
    })),
    discoveries,
    seeds,
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(fuzz(workerData as FuzzTask))
