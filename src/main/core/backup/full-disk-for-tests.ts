import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { toWireError } from '../../contract/errors.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { openProject } from '../project/open-project.ts'
import { restoreBackup } from './restore-backup.ts'
import { writeBackup } from './write-backup.ts'

/** Writes a backup of the project `path` into `disk`, or makes a project there of the backup `path`, and prints how it failed and what it left. */
const [disk = '', what = '', path = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const job: JobContext = { signal, stopSignal: signal, pauseSignal: signal, progress: () => undefined, emit: () => undefined }
const log = { info: () => undefined, error: () => undefined }

async function run(): Promise<void> {
  if (what === 'restore') {
    await restoreBackup({ path, folder: disk, rescue: false, log }, job)
    return
  }
  const project = openProject(path, { clock: Date.now })
  await writeBackup(project, { out: join(disk, 'a.graft-backup'), folders: ['images'], createdAtMs: 1, log }, job)
}

const error = await run().then(
  () => 'none',
  (thrown: unknown) => toWireError(thrown).code,
)
process.stdout.write(JSON.stringify({ error, left: readdirSync(disk) }))
process.exit()
