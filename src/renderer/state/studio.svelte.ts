import { createContext } from 'svelte'
import type { StudioClient } from '../../main/contract/contract.ts'
import type { WireError } from '../../main/contract/errors.ts'
import type { SkippedFile } from '../../main/contract/images.ts'
import type { Job } from '../../main/contract/jobs.ts'
import type { Project } from '../../main/contract/project.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import type { EngineNames } from '../text/engine.ts'
import { frameWords } from '../text/frame.ts'
import type { AddressOptions } from '../transport/address-of-files.ts'
import type { ConnectionState, StudioConnection } from '../transport/connection.ts'
import { PastedPictures } from '../transport/pasted-pictures.ts'
import type { PhotoKind } from '../transport/photo-url.ts'
import { ImportNotice } from './import-notice.svelte.ts'
import { isToldByPage, mayPass } from './job-ends.ts'
import { JobFeed } from './jobs.svelte.ts'
import { LabelTimes } from './label-times.svelte.ts'
import { Keys } from './keys.ts'
import { Leaving, type LeavePurpose } from './leaving.svelte.ts'
import { Navigation, type Page } from './navigation.svelte.ts'
import { notSentError } from './not-sent.ts'
import { PhotoPages } from './photo-pages.svelte.ts'
import { ProjectPresence } from './project-presence.svelte.ts'
import { Remote, wireErrorOf } from './remote.svelte.ts'
import { trainAndShow } from './run-actions.ts'
import { Selection } from './selection.svelte.ts'
import { Steps } from './steps.ts'
import { Theme } from './theme.svelte.ts'
import { Toasts, type ToastAction } from './toasts.svelte.ts'
import { TrainingForm } from './training-form.svelte.ts'
import { Topics, topicsOfAll, type Topic } from './topics.ts'
import { WatchedFolders } from './watched-folders.svelte.ts'

/** The page's ways out: the studio behind its connection, and the addresses of photos and of dropped files. */
export interface Doors {
  readonly connection: StudioConnection
  photoUrl(hash: string, kind: PhotoKind): string
  addressOfFiles(source: DataTransfer | FileList, options?: AddressOptions): Promise<readonly string[]>
  addressOfEach(files: readonly File[], options?: AddressOptions): Promise<readonly (string | null)[]>
}

/** Everything that more than one page shows, read again when the studio says that it changed. */
export class Studio {
  readonly client: StudioClient
  readonly doors: Doors
  readonly theme = new Theme()
  readonly toasts = new Toasts()
  readonly pasted = new PastedPictures()
  readonly importNotice = new ImportNotice()
  /** Both of the open project. */
  labelTimes = new LabelTimes()
  trainingForm: TrainingForm
  readonly navigation = new Navigation((page) => this.#left(page))
  readonly topics = new Topics()
  readonly jobs: JobFeed
  readonly photos: PhotoPages
  readonly selection: Selection
  readonly keys: Keys
  readonly presence: ProjectPresence
  readonly leaving: Leaving
  readonly watched: WatchedFolders
  /** Whatever makes a step of the history goes through here, and so do undo and redo. */
  readonly steps: Steps
  /** Whether everything that was done is listed beside the page. */
  isHistoryOpen = $state(false)
  link = $state.raw<ConnectionState>({ state: 'connecting' })
  /** Files under way from this browser to the studio. */
  sending = $state.raw<{ readonly done: number; readonly total: number } | null>(null)
  #notSent: SkippedFile[] = []
  /** How the work that was begun in this window is begun once more, by job. */
  readonly #again = new Map<string, () => Promise<void>>()
  readonly #stop = new AbortController()
  /** The project that the photos, classes and runs in here belong to. */
  #shown: Pick<Project, 'path' | 'createdAtMs'> | null = null

  readonly info
  readonly settings
  readonly dialogs
  readonly project
  readonly recent
  readonly classes
  readonly history
  /** Filters that are kept under a name. */
  readonly views
  readonly runs
  readonly exports
  readonly backbones
  /** The engine that trains networks best, and whether it is on this computer. */
  readonly native
  /** Photos in the project's trash. */
  readonly trashed

  constructor(doors: Doors) {
    const { client } = doors.connection
    this.doors = doors
    this.client = client
    this.jobs = new JobFeed(client, (job) => this.#jobEnded(job))
    this.photos = new PhotoPages(client)
    this.selection = new Selection(this.photos)
    this.info = new Remote(() => client.studio.info())
    this.settings = new Remote(() => client.studio.settings())
    this.dialogs = new Remote(() => client.studio.dialogs())
    this.project = new Remote(() => client.project.current())
    this.recent = new Remote(() => client.project.recent())
    this.classes = new Remote(() => client.classes.list())
    this.keys = new Keys(this)
    this.history = new Remote(() => client.history.state())
    this.views = new Remote(() => client.views.list())
    this.presence = new ProjectPresence(client, () => this.project.value?.path ?? null)
    this.steps = new Steps(client, this.history, this.toasts)
    this.leaving = new Leaving(() => client.jobs.list())
    this.watched = new WatchedFolders({
      ...{ client, topics: this.topics, toasts: this.toasts },
      show: () => this.navigation.go('settings'),
    })
    this.runs = new Remote(() => client.runs.list())
    this.exports = new Remote(() => client.exporting.list())
    this.backbones = new Remote(() => client.backbones.list())
    this.native = new Remote(() => client.engines.native())
    this.trainingForm = new TrainingForm(this)
    this.trashed = new Remote(async () => (await client.images.list({ filter: { trashed: true }, offset: 0, limit: 1 })).total)
    this.topics.on(topicsOfAll, (topic) => this.#reload(topic))
  }

  /** Begins to listen; call once. Answers the end. */
  start(): () => void {
    const { connection } = this.doors
    this.link = connection.current()
    const leave = connection.onChange((link) => {
      const wasAway = this.link.state !== 'connected'
      this.link = link
      if (link.state === 'connected' && wasAway) void this.#connected()
    })
    if (this.link.state === 'connected') void this.#connected()
    const leavePresence = this.presence.start()
    const letGo = this.leaving.hold(this.steps)
    return () => {
      leave()
      leavePresence()
      letGo()
      this.#stop.abort()
      this.jobs.close()
    }
  }

  /** The engines that train and the one that looks at photos: those chosen now, else those of the newest run. */
  get engine(): EngineNames | null {
    return this.info.value?.engine ?? this.runs.value?.find(({ engine }) => engine !== null)?.engine ?? null
  }

  /** The run that the page for training shows: the one that somebody went to, else the one that trains now, else the newest. */
  get shownRun(): RunSummary | null {
    const runs = this.runs.value ?? []
    const training = this.jobs.active.find(({ kind, state }) => kind === 'train' && state.state === 'running')
    return runs.find(({ id }) => id === this.navigation.run) ?? runs.find(({ id }) => id === training?.runId) ?? runs[0] ?? null
  }

  /** Runs something that has no place of its own to show a failure; answers null when it failed. */
  async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (thrown) {
      const error = wireErrorOf(thrown)
      if (error.code !== 'CANCELLED') this.toasts.failed(error)
      return null
    }
  }

  /** The same for a step of the history: says what was done, with Undo beside it. Steps, undo and redo come one after the other. */
  step(work: () => Promise<unknown>): Promise<void> {
    return this.steps.step(work)
  }

  async undo(): Promise<void> {
    if (this.project.value !== null) await this.steps.undo()
  }

  async redo(): Promise<void> {
    if (this.project.value !== null) await this.steps.redo()
  }

  /** Opens the project folder `path`. Throws `CANCELLED` where the person stays with work that is under way; so does `createProject`. */
  async openProject(path: string): Promise<void> {
    const isOther = path !== this.project.value?.path
    await this.#enter(isOther ? 'open' : null, () => this.client.project.open({ path }))
  }

  /** Makes a project with `create` and goes there. */
  async createProject(create: () => Promise<Project>): Promise<void> {
    await this.#enter('create', create)
  }

  /** Without an open project, or without a purpose to leave it, there is nothing to ask: other work goes on. */
  async #enter(purpose: LeavePurpose | null, open: () => Promise<Project>): Promise<void> {
    await (purpose === null || this.project.value === null ? open() : this.leaving.leave(purpose, open))
    await this.readProject({ always: true, isEntered: true })
  }

  /** Asks with the native dialog which project to open. */
  async openChosen(): Promise<void> {
    const path = await this.client.studio.chooseFolder({ purpose: 'open-project' })
    if (path !== null) await this.openProject(path)
  }

  /** Asks with the native dialog which folder of photos to add. */
  async importChosen(): Promise<void> {
    if (this.project.value === null) return
    const path = await this.client.studio.chooseFolder({ purpose: 'import' })
    if (path !== null) await this.importPaths([path])
  }

  /** Closes the project; where work is under way, after a question. */
  async leaveProject(): Promise<void> {
    await this.attempt(() => this.leaving.leave('close', () => this.client.project.close()))
    await this.readProject({ always: true })
  }

  /** Whether the page that is shown tells by itself how this job ended. */
  isToldByPage(job: Job): boolean {
    return isToldByPage(job, this.navigation.place, this.shownRun?.id ?? null)
  }

  /** Trains with every setting of a run once more, as a new run. */
  async trainAgain(runId: string): Promise<void> {
    const { run } = await this.client.runs.get({ run: runId })
    await trainAndShow(this, run.recipe)
  }

  /** Starts an import of files and folders; a photo's class is the name of the folder that holds it. */
  async importPaths(paths: readonly string[]): Promise<void> {
    const notSent = this.takeNotSent()
    if (paths.length === 0) return this.#tellNotSent(notSent)
    this.importNotice.makeRoom()
    const { jobId } = await this.client.images.import({ paths: [...paths], labelFromFolders: true, notSent })
    this.#again.set(jobId, () => this.importPaths(paths))
    this.jobs.watch(jobId)
  }

  /** The same, with this class for all of them. */
  async importIntoClass(paths: readonly string[], classId: number): Promise<void> {
    const notSent = this.takeNotSent()
    if (paths.length === 0) return this.#tellNotSent(notSent)
    this.importNotice.makeRoom()
    const { jobId } = await this.client.images.addToClass({ paths: [...paths], classId, asOne: false, notSent })
    this.#again.set(jobId, () => this.importIntoClass(paths, classId))
    this.jobs.watch(jobId)
  }

  /** Paths on the studio's machine of files that were dropped or chosen here; in a browser they are sent there first. */
  async address(source: DataTransfer | FileList): Promise<readonly string[]> {
    const notSent: SkippedFile[] = []
    try {
      const paths = await this.doors.addressOfFiles(source, {
        onProgress: (done, total) => (this.sending = { done, total }),
        onNotSent: (file) => notSent.push(file),
      })
      this.#notSent = notSent
      return paths
    } finally {
      this.sending = null
    }
  }

  /** Files of the last `address` that could not be sent, once: whoever uses the others tells of these. */
  takeNotSent(): SkippedFile[] {
    const taken = this.#notSent
    this.#notSent = []
    return taken
  }

  /** Where nothing else goes on that could tell of them. */
  #tellNotSent(files: readonly SkippedFile[]): void {
    for (const file of files) this.toasts.failed(notSentError(file))
  }

  /** Changes that were made while the connection was away were not told: everything is read again. None of it waits for the others. */
  async #connected(): Promise<void> {
    void this.#listen()
    for (const each of [this.info, this.settings, this.dialogs, this.backbones, this.native]) void each.reload()
    this.topics.tell('project')
    await this.attempt(() => this.jobs.reconnect())
  }

  async #listen(): Promise<void> {
    try {
      for await (const { topic } of await this.client.project.changes(undefined, { signal: this.#stop.signal })) this.topics.tell(topic)
    } catch (thrown) {
      const error = wireErrorOf(thrown)
      // Both are told elsewhere: the first by the banner, the second is our own end.
      if (error.code !== 'CONNECTION_LOST' && error.code !== 'CANCELLED') this.toasts.failed(error)
    }
  }

  /**
   * Reads which project is open and how many photos and labels it has, and everything that belongs to it: `always`, or where it is
   * another project than before, whoever notices that first. One that was renamed is the same in another folder, unless a person has just
   * entered it (`isEntered`): then it may be a copy of the one before.
   */
  async readProject({ always, isEntered = false }: { readonly always: boolean; readonly isEntered?: boolean }): Promise<void> {
    await this.project.reload()
    if (this.project.current.state !== 'ready') return
    const project = this.project.value
    const before = this.#shown
    const isOther = project?.path !== before?.path && (isEntered || project?.createdAtMs !== before?.createdAtMs)
    this.#shown = project
    // Before the first project there is nothing to forget, and the address, with the filter that it asks for, is that project's.
    if (isOther && before !== null) {
      this.#forgetProject()
      this.navigation.replace({ page: 'photos' })
    }
    // Before anything else is waited for: who goes elsewhere meanwhile stays there.
    if (isEntered && project !== null) this.navigation.go('photos')
    if (!isOther && !always) return
    // A project may bring starting networks of one's own along.
    if (isOther) void this.backbones.reload()
    if (project === null) return this.recent.reload()
    this.photos.refresh()
    await Promise.all([this.classes, this.history, this.views, this.runs, this.exports, this.trashed].map((each) => each.reload()))
  }

  #forgetProject(): void {
    this.jobs.forgetAllEnded()
    this.selection.restart()
    this.photos.clear()
    this.importNotice.forget()
    this.isHistoryOpen = false
    // A new one: the page of the project before may still hand in what it has.
    this.labelTimes = new LabelTimes()
    this.trainingForm = new TrainingForm(this)
    for (const each of [this.classes, this.history, this.views, this.runs, this.exports, this.trashed]) each.clear()
  }

  #reload(topic: Topic): void {
    if (topic === 'jobs') void this.attempt(() => this.jobs.refresh())
    if (topic === 'backbones') void this.backbones.reload()
    if (topic === 'engines') void this.native.reload()
    if (topic === 'project') void this.readProject({ always: true })
    if (topic === 'settings') void this.settings.reload()
    if (topic === 'settings' || topic === 'engines') void this.info.reload()
    if (this.project.value === null) return
    if (topic === 'images' || topic === 'labels' || topic === 'runs' || topic === 'exports') void this.readProject({ always: false })
    if (topic === 'suggestions') {
      if (this.photos.usesSuggestions) this.photos.refresh()
      return
    }
    if (topic === 'images' || topic === 'labels' || topic === 'classes') {
      this.photos.refresh()
      void this.classes.reload()
    }
    if (topic === 'images') void this.trashed.reload()
    if (topic === 'history') void this.history.reload()
    if (topic === 'runs') void this.runs.reload()
    if (topic === 'views' || topic === 'classes' || topic === 'runs') void this.views.reload()
    if (topic === 'runs' || topic === 'jobs') void this.info.reload()
    if (topic === 'exports') void this.exports.reload()
  }

  #jobEnded(job: Job): void {
    const { state } = job
    // Who asked for the sample, or for a backup to be opened, waits for it and tells by itself.
    if (state.state === 'failed' && job.kind !== 'sample' && job.kind !== 'restore') this.#tellFailed(job, state.error)
    const result = state.state === 'succeeded' || state.state === 'cancelled' ? state.result : null
    if (result?.kind === 'import') this.importNotice.tell(result.report)
    // Only now are all of them compared.
    if (result?.kind === 'import' && this.photos.filter.similarTo != null) this.photos.refresh()
  }

  /** What was told on a page was seen there. */
  #left(page: Page): void {
    this.toasts.leavePage()
    if (page === 'photos') this.importNotice.forget()
  }

  /** A failure that no page shows stays in sight until it is dismissed, with the way out that a press can take. */
  #tellFailed(job: Job, error: WireError): void {
    // Other pages tell of ends that were good alone.
    const isShown = (job.kind === 'train' || job.kind === 'export') && this.isToldByPage(job)
    if (error.code === 'CANCELLED' || isShown) return
    this.toasts.failed(error, this.#wayOut(job, error))
    if (error.code === 'NOT_WRITABLE' || error.code === 'DISK_FULL' || error.code === 'INTERNAL') void this.presence.look()
  }

  #wayOut({ id, runId }: Job, error: WireError): ToastAction | null {
    const again = runId === null ? this.#again.get(id) : () => this.trainAgain(runId)
    if (again !== undefined && mayPass(error)) return { name: frameWords.tryAgain, run: () => void this.attempt(again) }
    if (runId !== null) return { name: frameWords.showRun, run: () => this.navigation.go({ page: 'run', run: runId }) }
    return null
  }
}

export const [useStudio, provideStudio] = createContext<Studio>()
