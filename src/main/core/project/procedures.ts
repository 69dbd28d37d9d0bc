import { implement } from '@orpc/server'
import { isActive } from '../../contract/jobs.ts'
import { StudioError } from '../../contract/errors.ts'
import { project, studio, type Project } from '../../contract/project.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { finishErasing } from '../images/erase-images.ts'
import { savedPhotoPlaces } from '../exporting/saved-photos.ts'
import { listComponents } from '../settings/components.ts'
import { studioDescription } from '../settings/describe-studio.ts'
import type { SettingsStore } from '../settings/studio-settings.ts'
import type { Watching } from '../watching/watching.ts'
import type { ChangeFeed } from './change-feed.ts'
import { folderBytes } from './folder-bytes.ts'
import { isReachable } from './is-reachable.ts'
import { findProject } from './open-project.ts'
import { countProject, readProject } from './project-rows.ts'
import type { ProjectSession } from './project-session.ts'
import { listFolders, revealable } from './reachable-places.ts'
import { trashProject } from './trash-project.ts'

interface Parts {
  readonly session: ProjectSession
  readonly feed: ChangeFeed
  readonly watching: Watching
}

/** Handlers of `project`. */
export function projectProcedures(context: StudioContext, { session, feed, watching }: Parts) {
  const os = implement(project)
  const opened = (open: OpenProject): Project => {
    context.changed('project')
    finishErasing(context, open)
    watching.begin(open)
    return describeProject(open)
  }
  return {
    recent: os.recent.handler(() => session.recent.list()),
    forget: os.forget.handler(({ input }) => session.recent.forget(input.path)),
    current: os.current.handler(() => {
      const open = session.current()
      return open === null ? null : describeProject(open)
    }),
    create: os.create.handler(async ({ input }) =>
      opened(await session.create({ name: input.name, folder: input.folder ?? context.projectsDir })),
    ),
    open: os.open.handler(async ({ input }) => opened(await session.open(input.path))),
    close: os.close.handler(async () => {
      await session.close()
      context.changed('project')
    }),
    isPresent: os.isPresent.handler(() => isReachable(context.project().files.database)),
    size: os.size.handler(async () => ({ bytes: await folderBytes(context.project().files.root) })),
    rename: os.rename.handler(async ({ input }) => opened(await session.rename(input.name, { folderLater: isWorking(context) }))),
    trash: os.trash.handler(async ({ input }) => {
      const root = findProject(input.path)
      if (session.current()?.files.root === root) await session.close()
      const movedTo = await trashProject(root, context.dialogs)
      session.recent.forget(root)
      context.changed('project')
      return { movedTo }
    }),
    changes: os.changes.handler(({ signal }) => feed.subscribe(signal)),
  }
}

function describeProject({ name, files, db }: OpenProject): Project {
  const row = readProject(db)
  if (row === null) throw new StudioError('PROJECT_DAMAGED', { path: files.root, reason: 'the database holds no project' })
  return { name, path: files.root, createdAtMs: row.createdAtMs, ...countProject(db) }
}

function isWorking(context: StudioContext): boolean {
  return context.jobs.list().some(isActive)
}

/** Handlers of `studio`. */
export function studioProcedures(context: StudioContext, settings: SettingsStore) {
  const os = implement(studio)
  const describe = studioDescription(context)
  return {
    info: os.info.handler(() => describe()),
    settings: os.settings.handler(() => settings.read()),
    changeSettings: os.changeSettings.handler(({ input }) => {
      const changed = settings.change(input)
      context.changed('settings')
      return changed
    }),
    components: os.components.handler(() => listComponents(context.resourcesDir)),
    dialogs: os.dialogs.handler(() => ({ available: context.dialogs !== null })),
    chooseFolder: os.chooseFolder.handler(async ({ input }) => (await context.dialogs?.chooseFolder(input.purpose)) ?? null),
    chooseFiles: os.chooseFiles.handler(async ({ input }) => {
      const files = await context.dialogs?.chooseFiles(input?.what)
      return files == null ? null : [...files]
    }),
    reveal: os.reveal.handler(async ({ input }) => {
      if (context.dialogs === null) throw new StudioError('INVALID_INPUT', { reason: 'this door has no file manager' })
      await context.dialogs.reveal(await revealable(context.project(), input.path, [context.dataDir, ...savedPhotoPlaces(context)]))
    }),
    listFolders: os.listFolders.handler(({ input }) => listFolders(input.path, input.files)),
  }
}
