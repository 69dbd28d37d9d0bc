import { serveWorker } from './contract/worker/serve.ts'
import type { ImageTasks } from './contract/worker/image-tasks.ts'
import { drawLooks } from './imaging/draw-looks.ts'
import { measureCopies } from './imaging/measure-copies.ts'
import { prepareImages } from './imaging/prepare-images.ts'
import { toNetworkInputs } from './imaging/to-network-input.ts'
import { openWorkerPort } from './imaging/worker-port.ts'

serveWorker<ImageTasks>(
  openWorkerPort(),
  { prepare: prepareImages, measure: measureCopies, toNetworkInput: toNetworkInputs, drawLooks },
  () => process.memoryUsage.rss(),
)
