import BetterSqlite from 'better-sqlite3'
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { RecentProject } from '../../contract/project.ts'
import type { ProjectFiles } from '../context.ts'
import { diskError } from './disk-errors.ts'
import { projectFiles } from './project-files.ts'
import { readCard } from './project-rows.ts'

const RecentList = z.object({ projects: z.array(z.object({ name: z.string(), path: z.string(), openedAtMs: z.int() })) })
type Recent = z.infer<typeof RecentList>['projects'][number]

/** More than a start page shows at once; the oldest fall out. */
const longestList = 30

export interface RecentProjects {
  /** Newest first. Reads each project's database without its lock; a project that cannot be read has no pictures. */
  list(): RecentProject[]
  /** Puts a project at the top. */
  remember(project: Recent): void
  /** Does nothing for a path that is not in the list. */
  forget(path: string): void
}

/** Where the projects opened last lie, newest first; some may be gone. */
export function recentProjectPaths(dataDir: string): readonly string[] {
  return readList(listFile(dataDir)).map(({ path }) => path)
}

/** The projects opened last, kept in `recent-projects.json` in the studio's own folder. */
export function recentProjects(dataDir: string): RecentProjects {
  const file = listFile(dataDir)
  const write = (projects: readonly Recent[]) => {
    try {
      mkdirSync(dataDir, { recursive: true })
      writeFileAtomic.sync(file, JSON.stringify({ projects: projects.slice(0, longestList) }, null, 2))
    } catch (error) {
      throw diskError(error, dataDir)
    }
  }
  return {
    list: () => readList(file).map((recent) => ({ ...recent, ...readProjectCard(recent.path) })),
    remember: (project) => write([project, ...readList(file).filter((each) => each.path !== project.path)]),
    forget: (path) => {
      const all = readList(file)
      const rest = all.filter((each) => each.path !== path)
      if (rest.length < all.length) write(rest)
    },
  }
}

const listFile = (dataDir: string): string => join(dataDir, 'recent-projects.json')

/** The list is a convenience: one that somebody's hand has broken counts as empty, and no project is lost with it. */
function readList(file: string): readonly Recent[] {
  if (!existsSync(file)) return []
  try {
    return RecentList.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.projects ?? []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function readProjectCard(path: string): Pick<RecentProject, 'present' | 'images' | 'thumbnails'> {
  const files = projectFiles(path)
  if (!existsSync(files.database)) return { present: false, images: null, thumbnails: [] }
  const card = readCardOf(files.database)
  if (card === null) return { present: true, images: null, thumbnails: [] }
  return { present: true, images: card.images, thumbnails: card.hashes.flatMap((hash) => readThumbnail(files, hash)) }
}

/** Ours have some 10 kB. */
const longestThumbnailBytes = 256 * 1024

/** Nothing for a thumbnail that cannot be read, or that a project from elsewhere has made huge or linked to a file outside of itself. */
function readThumbnail(files: ProjectFiles, hash: string): string[] {
  const file = join(files.thumbnails, hash.slice(0, 2), `${hash}.jpg`)
  try {
    if (!realpathSync(file).startsWith(realpathSync(files.root) + sep)) return []
    const facts = statSync(file)
    if (!facts.isFile() || facts.size > longestThumbnailBytes) return []
    return [`data:image/jpeg;base64,${readFileSync(file).toString('base64')}`]
  } catch (error) {
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}

/** Null for a database that cannot be read now: damaged, of another version, or held exclusively. Opening the project says which. */
function readCardOf(database: string): ReturnType<typeof readCard> | null {
  try {
    const db = new BetterSqlite(database, { readonly: true, fileMustExist: true, timeout: 500 })
    try {
      return readCard(db)
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof BetterSqlite.SqliteError) return null
    throw error
  }
}
