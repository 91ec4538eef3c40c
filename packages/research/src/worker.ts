import { parentPort, workerData } from 'node:worker_threads'
import { controllersOf } from './controller-module.js'
import { runJob, type Job } from './job.js'

// One thread of the bench: takes a job, answers with its result, until it is terminated.
const controllers = await controllersOf(workerData as readonly string[])
parentPort?.on('message', (job: Job) => parentPort?.postMessage(runJob(job, controllers)))
