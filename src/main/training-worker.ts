import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import type { TrainingTasks } from './contract/worker/training-tasks.ts'

// One program, two parts: the process that takes the requests, and the threads in it that extract features.
if (isMainThread || parentPort === null) {
  const [{ serveWorker }, { trainingTasks }, { openWorkerPort }] = await Promise.all([
    import('./contract/worker/serve.ts'),
    import('./compute/training-tasks.ts'),
    import('./imaging/worker-port.ts'),
  ])
  serveWorker<TrainingTasks>(openWorkerPort(), trainingTasks(new URL(import.meta.url)), () => process.memoryUsage.rss())
} else {
  const { serveLane } = await import('./compute/lane.ts')
  serveLane(parentPort, workerData as Parameters<typeof serveLane>[1])
}
