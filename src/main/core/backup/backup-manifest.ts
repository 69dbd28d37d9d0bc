import { z } from 'zod'
import { ProjectName } from '../../contract/project.ts'
import { safeSegments } from '../safe-path.ts'

/** Ending of a backup's file: `NAME.graft-backup`, a zip. */
export const backupEnding = '.graft-backup'
/** The list of all others, which is the last file in it: what they hash to is known only when they are written. */
export const manifestName = 'backup.json'
export const databaseName = 'project.sqlite'

const folders = ['images', 'thumbnails', 'features', 'networks'] as const
export type BackupFolder = (typeof folders)[number]

const inFolder = new RegExp(`^(${folders.join('|')})(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$`)

/**
 * Whether a file of this name, with `/` between its folders, may be in a backup: nothing that leads out of a project's folder is, and nothing that some
 * system cannot have.
 */
export function isBackupPath(path: string): boolean {
  return path === databaseName || (inFolder.test(path) && safeSegments(path)?.join('/') === path)
}

/** A folder that was renamed from outside may have given the project a name that is none on other systems. */
export function plainName(name: string): string {
  const plain = name
    .replace(/[\\/:*?"<>|\p{Cc}]/gu, '_')
    .slice(0, 80)
    .replace(/[. ]+$/, '')
    .trim()
  return plain === '' ? 'project' : plain
}

export const BackupFile = z.object({
  path: z.string().max(400).refine(isBackupPath, 'must be a file of a project'),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type BackupFile = z.infer<typeof BackupFile>

export const backupVersion = 1
export const BackupManifest = z.object({
  format: z.literal('graft-backup'),
  version: z.literal(backupVersion),
  project: ProjectName,
  createdAtMs: z.int(),
  images: z.int().nonnegative(),
  files: z.array(BackupFile).refine((files) => files.some(({ path }) => path === databaseName), 'must hold a database'),
})
export type BackupManifest = z.infer<typeof BackupManifest>
