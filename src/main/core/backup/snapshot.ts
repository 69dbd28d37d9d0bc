import BetterSqlite, { type Database } from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { OpenProject, ProjectFiles } from '../context.ts'
import { readErasedHashes } from '../images/erased-rows.ts'
import { inFolder, isHash } from '../images/photo-files.ts'
import { readProject, countProject } from '../project/project-rows.ts'
import { databaseName, isBackupPath, plainName, type BackupFolder } from './backup-manifest.ts'
import { erasePhotos, readHeldPhotos, readNetworkNames, type HeldPhoto } from './database-rows.ts'

/** A file that is to be packed. */
export interface Source {
  /** In the backup, with `/` between its folders. */
  readonly name: string
  readonly path: string
  /** Of a photo's copy. */
  readonly photo?: HeldPhoto
}

/** Opens a copy of a project's database that is packed as it lies there. The caller closes it. */
export function openSnapshot(file: string): Database {
  const db = new BetterSqlite(file)
  // All of it is in one file then, and nothing of a photo that is taken out stays in an empty place of it.
  for (const setting of [
    'journal_mode = DELETE',
    'secure_delete = ON',
    'foreign_keys = ON',
    'recursive_triggers = ON',
    'trusted_schema = OFF',
  ])
    db.pragma(setting)
  return db
}

/**
 * What the snapshot names: the copies of its photos and the networks of its runs, those that they start from among them, so that nothing comes along which came later, and features, which are
 * told by hashes and may be of more photos or fewer. The copies of one photo follow each other; the database itself is not among them.
 */
export async function filesOfSnapshot(snapshot: Database, files: ProjectFiles, folders: readonly BackupFolder[]): Promise<Source[]> {
  const places = [
    ...(folders.includes('images') ? [files.workingCopies] : []),
    ...(folders.includes('thumbnails') ? [files.thumbnails] : []),
  ]
  const found = readHeldPhotos(snapshot)
    .filter(({ hash }) => isHash(hash))
    .flatMap((photo) => places.map((place) => inFolder(place, photo.hash)).map((path) => ({ name: nameOf(files.root, path), path, photo })))
  const networks = readNetworkNames(snapshot)
  return [
    ...found,
    ...(folders.includes('features') ? await listFolder(files, 'features') : []),
    ...(folders.includes('networks') ? await listFolder(files, 'networks') : []).filter(({ name }) =>
      networks.has(name.split('/')[1] ?? ''),
    ),
  ]
}

const nameOf = (root: string, path: string): string => path.slice(root.length + 1).replaceAll(sep, '/')

/** In the order of their names. What is half-written and what the system puts there has other names. */
async function listFolder({ root }: ProjectFiles, folder: BackupFolder): Promise<Source[]> {
  const place = join(root, folder)
  if (!existsSync(place)) return []
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: nameOf(root, path), path }))
    .filter(({ name }) => isBackupPath(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Takes those of the photos out of the snapshot whose copies were gone, where they have been deleted for good since. One that somebody else took away
 * stays: its copies can be made again from the original.
 */
export function forgetErased(snapshot: Database, { db }: OpenProject, gone: readonly HeldPhoto[], atMs: number): void {
  if (gone.length === 0) return
  const erased = readErasedHashes(db)
  const ids = new Set(gone.filter(({ hash }) => erased.has(hash)).map(({ id }) => id))
  if (ids.size > 0) erasePhotos(snapshot, [...ids], atMs)
}

/** What people call the project of a snapshot, and how many photos it has outside the trash. */
export function describeSnapshot(snapshot: Database): { readonly project: string; readonly images: number } {
  return { project: plainName(readProject(snapshot)?.name ?? ''), images: countProject(snapshot).images }
}

export const sourceOfDatabase = (path: string): Source => ({ name: databaseName, path })
