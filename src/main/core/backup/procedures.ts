import { implement } from '@orpc/server'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { backup } from '../../contract/backup.ts'
import { StudioError } from '../../contract/errors.ts'
import type { StudioContext } from '../context.ts'
import { folderBytes } from '../project/folder-bytes.ts'
import { backupEnding, plainName, type BackupFolder } from './backup-manifest.ts'
import { restoreBackup } from './restore-backup.ts'
import { writeBackup } from './write-backup.ts'

/** Backups wait for each other, and for nothing else. */
const backupLane = 'backup'

/** Handlers of `backup`. */
export function backupProcedures(context: StudioContext) {
  const os = implement(backup)
  const { log } = context
  const bytesIn = (folder: string): Promise<number> => (existsSync(folder) ? folderBytes(folder) : Promise.resolve(0))
  return {
    size: os.size.handler(async () => {
      const { workingCopies, thumbnails, features, networks, database } = context.project().files
      return {
        photos: (await bytesIn(workingCopies)) + (await bytesIn(thumbnails)),
        database: (await stat(database)).size,
        features: await bytesIn(features),
        networks: await bytesIn(networks),
      }
    }),
    write: os.write.handler(({ input }) => {
      const project = context.project()
      const createdAtMs = context.clock()
      const out =
        input.out === undefined ? freeName(resolve(input.folder ?? '.'), plainName(project.name), createdAtMs) : resolve(input.out)
      const folders: readonly BackupFolder[] = [
        ...(['images', 'thumbnails'] as const),
        ...(input.features ? (['features'] as const) : []),
        ...(input.networks ? (['networks'] as const) : []),
      ]
      const job = context.jobs.start('backup', { lane: backupLane }, (each) =>
        writeBackup(project, { out, folders, createdAtMs, log }, each),
      )
      return { jobId: job.id }
    }),
    restore: os.restore.handler(({ input }) => {
      // Nobody who types a path knows the folder that the program was started in.
      if (!isAbsolute(input.path)) {
        throw new StudioError('INVALID_INPUT', {
          reason: `${input.path} is only the end of a path; the whole is needed, with all its folders`,
        })
      }
      const asked = { path: resolve(input.path), folder: resolve(input.folder ?? context.projectsDir), rescue: input.rescue, log }
      return { jobId: context.jobs.start('restore', { lane: backupLane }, (each) => restoreBackup(asked, each)).id }
    }),
  }
}

/** `birds 2026-05-03.graft-backup`, with a number where there is one of that day. */
function freeName(folder: string, project: string, atMs: number): string {
  const day = new Date(atMs)
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
  for (let number = 1; ; number++) {
    const file = join(folder, `${project} ${date}${number === 1 ? '' : ` ${number}`}${backupEnding}`)
    if (!existsSync(file)) return file
  }
}
