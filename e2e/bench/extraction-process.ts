import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stdout } from 'node:process'
import type { TrainingTasks } from '../../src/main/contract/worker/training-tasks.ts'
import { backboneFiles } from '../../src/main/core/backbones/backbone-files.ts'
import { projectFiles } from '../../src/main/core/project/project-files.ts'
import { connectWorker } from '../../src/main/core/workers/connect-worker.ts'
import { forkWorker } from '../../src/main/core/workers/fork-worker.ts'
import { root } from './places.ts'

// How fast the training worker extracts features of a project's working copies once it is warm: reading, decoding, resizing and the network.
// Prints images a second. usage: extraction-process.ts PROJECT BACKBONE SCRATCH

const warmUpImages = 64

const [project = '', id = '', scratch = ''] = argv.slice(2)
const log = { info: () => undefined, error: (message: string) => stdout.write(`${message}\n`) }
const entry = (name: string): string => join(root, 'src/main', name)
const spawn = forkWorker({ entries: { image: entry('image-worker.ts'), training: entry('training-worker.ts') }, log })
const worker = connectWorker<TrainingTasks>('training', spawn, { log })
const backbone = backboneFiles({ resourcesDir: join(root, 'resources') }, id)
const images = readdirSync(projectFiles(project).workingCopies, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile() && file.name.endsWith('.jpg'))
  .map((file) => ({ hash: file.name.replace('.jpg', ''), workingCopy: join(file.parentPath, file.name) }))

const extract = (name: string, count: number) =>
  worker.request('extract', { backbone, cache: { path: join(scratch, name), dim: backbone.featureDim }, images: images.slice(0, count) })
await extract('warm-up', warmUpImages)
const { extracted, seconds } = await extract('measured', images.length)
stdout.write(`${extracted / seconds}\n`)
await worker.close()
exit()
