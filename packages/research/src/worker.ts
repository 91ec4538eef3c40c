import { parentPort, workerData } from 'node:worker_threads'
import { controllersOf } from './controller-module.js'
import { runJob, type Job } from './job.js'

// One thread of the bench: takes a job, answers with its result, until it is terminated.
const controllers = await controllersOf(workerData as readonly string[])
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin, windows do
parentPort?.on('message', (job: Job) => parentPort?.postMessage(runJob(job, controllers)))
