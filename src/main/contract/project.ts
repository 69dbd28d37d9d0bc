import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure } from './base.ts'
import { AdapterSearch, ExtractorWanted, TrainingEngineName, TrainingEngineWanted } from './engines.ts'
import { wholeNumber } from './number-range.ts'

export const Project = z.object({
  /** Shown to people; the folder is called `NAME.graft`. */
  name: z.string(),
  /** Absolute path of the folder on this machine. */
  path: z.string(),
  createdAtMs: z.int(),
  images: z.int(),
  labelled: z.int(),
  classes: z.int(),
  runs: z.int(),
  exports: z.int(),
})
export type Project = z.infer<typeof Project>

export const RecentProject = z.object({
  name: z.string(),
  path: z.string(),
  openedAtMs: z.int(),
  /** False when the folder is not there now (a drive that is not plugged in, a folder that was moved). */
  present: z.boolean(),
  images: z.int().nullable(),
  /** Up to four thumbnails as data URLs (JPEG), for the card on the start page. */
  thumbnails: z.array(z.string()),
})
export type RecentProject = z.infer<typeof RecentProject>

export const ProjectName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\\/:*?"<>|\p{Cc}]+$/u, 'must not have \\ / : * ? " < > | in it')
  .refine((name) => !/^\.+$/.test(name) && !name.endsWith('.'), 'must not end with a dot')

/** What has changed, so that a page reads again what it shows. */
export const Change = z.object({
  topic: z.enum([
    'project',
    'images',
    'classes',
    'labels',
    'views',
    'suggestions',
    'history',
    'runs',
    'jobs',
    'exports',
    'backbones',
    'engines',
    'settings',
    'doubts',
    'learning-curve',
    'advice',
    'watching',
  ]),
})
export type Change = z.infer<typeof Change>

export const project = {
  recent: procedure.output(z.array(RecentProject)),
  forget: procedure.input(z.object({ path: z.string() })).output(z.void()),
  /** The open project, or null on the start page. One project is open at a time. */
  current: procedure.output(Project.nullable()),
  /** Makes `NAME.graft` in `folder` (default: the studio's projects folder in the user's documents) and opens it. */
  create: procedure.input(z.object({ name: ProjectName, folder: z.string().optional() })).output(Project),
  open: procedure.input(z.object({ path: z.string().min(1) })).output(Project),
  /**
   * Trainings that have an epoch are stopped, and their best one is kept as their result; all else that is under way is cancelled. `open` and
   * `create` do the same with the project before, once it is certain that theirs is open.
   */
  close: procedure.output(z.void()),
  /** Whether the open project's folder is still where it was opened. One quick look at the disk, which nothing else waits for. */
  isPresent: procedure.output(z.boolean()),
  /** Room that the open project's folder takes on the disk, bytes. Every file is looked at: a large project takes a few seconds. */
  size: procedure.output(z.object({ bytes: z.int() })),
  /** Renames the open project and its folder. */
  rename: procedure.input(z.object({ name: ProjectName })).output(Project),
  /** Closes the project and moves its folder to the system's trash (where there is none, to `.graft-trash` beside it). */
  trash: procedure.input(z.object({ path: z.string() })).output(z.object({ movedTo: z.string() })),
  /** Never ends until the caller aborts it. Several changes of one topic within 50 ms arrive as one. */
  changes: procedure.output(eventIterator(Change)),
}

/** What can be done on other keys than those it comes with, on every page where it is done. */
export const BoundAction = z.enum([
  'newClass',
  'takeClass',
  'accept',
  'skip',
  'back',
  'previous',
  'next',
  'close',
  'note',
  'similar',
  'trash',
])
export type BoundAction = z.infer<typeof BoundAction>

/** A key as the page's list of keys writes it: the sign that it types, in capitals where it is a letter, or its name (`ArrowLeft`, `Delete`). */
export const ActionKey = z.string().regex(/^(?:[^\s\p{C}]|[A-Z][A-Za-z0-9]{1,19})$/u, 'must be one sign, or the name of a key')

/** What a person may choose for this machine; kept in the studio's data folder. The variables `GRAFT_THREADS` and `GRAFT_ENGINE` go before it. */
export const StudioSettings = z.object({
  /** Processor cores for extraction; null: all. */
  threads: wholeNumber(1, 256).nullable(),
  /** What features are extracted with; `auto` takes the fastest that passes its self-test. */
  extraction: ExtractorWanted,
  /** What whole networks are trained with. */
  training: TrainingEngineWanted,
  /** Keys that were chosen in place of those the studio comes with. */
  keys: z.partialRecord(BoundAction, ActionKey),
})
export type StudioSettings = z.infer<typeof StudioSettings>

/** A package that the studio is made of, or a network that it brings. */
export const Component = z.object({
  name: z.string(),
  version: z.string(),
  licence: z.string(),
  kind: z.enum(['package', 'backbone', 'font']),
})
export type Component = z.infer<typeof Component>

/** What this studio is, where its things are, and what it runs on. */
export const StudioInfo = z.object({
  version: z.string(),
  door: z.enum(['electron', 'browser', 'terminal', 'test']),
  projectsFolder: z.string(),
  /** Settings, recent projects, sample. */
  dataFolder: z.string(),
  /** Resident memory, bytes; null for a worker that is not running. */
  memory: z.object({ studio: z.int(), image: z.int().nullable(), training: z.int().nullable() }),
  machine: z.object({ processor: z.string(), cores: z.int(), memoryBytes: z.int() }),
  /** Processor cores the studio may use. */
  threads: z.int(),
  /**
   * Once known: the engine that trains heads, the one that extracts features, the one that would train a network (its `device` is null where only a
   * training tells it), and the graphics adapter.
   */
  engine: z
    .object({
      training: z.string(),
      extraction: z.string(),
      networks: z.object({ engine: TrainingEngineName, device: z.string().nullable() }),
      adapter: AdapterSearch,
      /** Engines that would have looked at photos before the one that does. */
      skipped: z.array(z.object({ engine: z.string(), reason: z.string() })).optional(),
    })
    .nullable(),
})
export type StudioInfo = z.infer<typeof StudioInfo>

export const studio = {
  settings: procedure.output(StudioSettings),
  /** What is absent stays. Counts from the next work of the workers on; work under way goes on as it began. */
  changeSettings: procedure.input(StudioSettings.partial()).output(StudioSettings),
  /** Versions and licences of everything that the studio is made of, sorted by name. */
  components: procedure.output(z.array(Component)),
  info: procedure.output(StudioInfo),
  /** Native dialogs where the door has them; null when the person cancels. Browsers ask for a typed path instead: `available` says which. */
  dialogs: procedure.output(z.object({ available: z.boolean() })),
  chooseFolder: procedure
    .input(z.object({ purpose: z.enum(['import', 'open-project', 'create-project', 'export']) }))
    .output(z.string().nullable()),
  /** `backup`: one backup of a project; photos where nothing is said. */
  chooseFiles: procedure.input(z.object({ what: z.literal('backup') }).optional()).output(z.array(z.string()).nullable()),
  /** Shows a file or folder of the open project, of an export or of the studio itself in the system's file manager. */
  reveal: procedure.input(z.object({ path: z.string() })).output(z.void()),
  /**
   * Folders inside a folder, for the path field of the browser door, and how many photos lie beside them, by their names. Hidden ones are left
   * out. `files`: the one kind of file that is told of too, those whose names end in `.graft-backup`; no other ever is.
   */
  listFolders: procedure.input(z.object({ path: z.string(), files: z.literal('backup').optional() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.string()),
      files: z.array(z.string()),
      photos: z.int(),
    }),
  ),
}
