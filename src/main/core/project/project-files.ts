import { basename, join } from 'node:path'
import type { ProjectFiles } from '../context.ts'

/** Ending of a project's folder: `NAME.graft`. */
export const projectEnding = '.graft'

/** Where things lie inside the project folder `root`, an absolute path. */
export function projectFiles(root: string): ProjectFiles {
  return {
    root,
    database: join(root, 'project.sqlite'),
    workingCopies: join(root, 'images'),
    thumbnails: join(root, 'thumbnails'),
    features: join(root, 'features'),
    networks: join(root, 'networks'),
    lock: join(root, 'lock.json'),
  }
}

/** Copies of the database from before its migrations. */
export function backupFolder(files: ProjectFiles): string {
  return join(files.root, 'backups')
}

/** What a project folder is called to people: its name without `.graft`. */
export function nameOfFolder(root: string): string {
  const name = basename(root)
  return name.endsWith(projectEnding) && name !== projectEnding ? name.slice(0, -projectEnding.length) : name
}

/** Holds trashed projects where the system has no trash; lies beside them. */
export const trashFolder = '.graft-trash'
