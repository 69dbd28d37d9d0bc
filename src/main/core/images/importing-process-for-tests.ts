/** A process that imports a folder into a new project and tells how many files it has acknowledged, to be killed on the way. */
import { argv } from 'node:process'
import { testStudio } from '../testing/studio.ts'

const [folder, pictures] = argv.slice(2) as [string, string]
const studio = await testStudio({ folder })
await studio.client.project.create({ name: 'killed' })
const { jobId } = await studio.client.images.import({ paths: [pictures], labelFromFolders: true, backbone: null })
await studio.watch(jobId, (event) => {
  // While it lists, progress counts files that were found, not taken.
  if (event.type !== 'job' || event.job.state.state !== 'running' || event.job.state.progress.step !== 'importing') return
  process.send?.({ acknowledged: event.job.state.progress.done, workers: studio.processIds.image })
})
