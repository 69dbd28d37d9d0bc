import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { diskError } from '../project/disk-errors.ts'

const Kept = z.object({
  path: z.string(),
  labelFromFolders: z.boolean(),
  isPaused: z.boolean(),
  /** Files that were looked at and are no photo of the project under their path: by path, their size and time of change. */
  passed: z.record(z.string(), z.string()).default({}),
})
/** A folder as it is kept. */
export type KeptFolder = z.infer<typeof Kept>
const List = z.object({ projects: z.array(z.object({ path: z.string(), createdAtMs: z.int(), folders: z.array(Kept) })) })
type Entry = z.infer<typeof List>['projects'][number]

/** What tells a project from others of this machine. */
export interface ProjectIdentity {
  readonly path: string
  readonly createdAtMs: number
}

/** Watched folders by project, in `watched-folders.json` of the studio's own folder: paths of this machine, which say nothing on another. */
export interface WatchedFolderStore {
  read(project: ProjectIdentity): readonly KeptFolder[]
  /** On the disk when it returns. Throws `DISK_FULL` or `NOT_WRITABLE`. */
  write(project: ProjectIdentity, folders: readonly KeptFolder[]): void
}

export function watchedFolderStore(dataDir: string): WatchedFolderStore {
  const file = join(dataDir, 'watched-folders.json')
  const isOf = (entry: Entry, { path, createdAtMs }: ProjectIdentity): boolean =>
    // One that was moved or renamed is no longer where it was; a copy has its original there still.
    entry.createdAtMs === createdAtMs && (entry.path === path || !existsSync(entry.path))
  return {
    read: (project) => {
      const all = readList(file)
      return (
        (
          all.find(({ path, createdAtMs }) => path === project.path && createdAtMs === project.createdAtMs) ??
          all.find((entry) => isOf(entry, project))
        )?.folders ?? []
      )
    },
    write: (project, folders) => {
      const others = readList(file).filter((entry) => !isOf(entry, project))
      const projects = folders.length === 0 ? others : [...others, { ...project, folders: [...folders] }]
      try {
        mkdirSync(dataDir, { recursive: true })
        writeFileAtomic.sync(file, JSON.stringify({ projects }))
      } catch (error) {
        throw diskError(error, dataDir)
      }
    },
  }
}

/** One that somebody's hand has broken counts as empty, and no photo is lost with it. */
function readList(file: string): readonly Entry[] {
  if (!existsSync(file)) return []
  try {
    return List.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.projects ?? []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
