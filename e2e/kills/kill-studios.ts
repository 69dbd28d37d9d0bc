import BetterSqlite from 'better-sqlite3'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import WebSocket from 'ws'
import { connectSocket } from '../../src/renderer/transport/socket-connection.ts'
import type { StudioClient } from '../../src/main/contract/contract.ts'
import { inFolder } from '../../src/main/core/images/photo-files.ts'
import { projectFiles } from '../../src/main/core/project/project-files.ts'
import { drawPicture, randomNumbers } from '../../src/main/core/testing/draw-pictures.ts'
import { startServer } from '../studio-server.ts'
import { apply, areSame, emptyModel, isPossible, withImports, type Change, type Decisions, type Model } from './labelled-project-model.ts'

/** What came of killing studios; anything lost is thrown with what and when instead. */
export interface Killed {
  readonly kills: number
  /** Changes that were acknowledged, and files whose import was. */
  readonly changes: number
  readonly imported: number
  /** Changes that were under way at a kill and had been written, or had not. */
  readonly written: number
  readonly unwritten: number
}

/** Photos that are labelled; those that imports bring come beside them. */
const pool = 40
const filesPerImport = 8
/** A life ends when so many changes at most were acknowledged, or when the import was as far, and up to this long after: in the middle of the next. */
const mostChanges = 12
const longestAfterMs = 12
/** More than one life makes. */
const newestSteps = 100

interface Life {
  readonly client: StudioClient
  kill(): Promise<void>
  /** Ends it as Ctrl+C does. */
  close(): Promise<void>
}

/** The studio as `npm start` starts it, and the page's own connection to it. No project is open yet. */
async function startStudio(folder: string): Promise<Life> {
  const server = await startServer(folder, null)
  const { port, host, searchParams } = new URL(server.address)
  const headers = { cookie: `graft-${port}=${searchParams.get('token') ?? ''}`, origin: `http://${host}` }
  const connection = connectSocket({
    url: `ws://${host}/rpc`,
    askServer: async () => 'refused',
    // The ws package's socket has what oRPC uses of the browser's.
    open: (url) => new WebSocket(url, { headers }).on('error', () => undefined) as unknown as globalThis.WebSocket,
  })
  return {
    client: connection.client,
    kill: async () => {
      await server.kill()
      connection.close()
    },
    close: async () => {
      connection.close()
      await server.close()
    },
  }
}

/** `about`: the photos that are told of; all where it is null. */
async function readDecisions(
  client: StudioClient,
  about: readonly string[] | null,
): Promise<{ decisions: Decisions; hashes: readonly string[] }> {
  const classes = await client.classes.list()
  const names = new Map(classes.map(({ id, name }) => [id, name]))
  const list = async (trashed: boolean) => (await client.images.list({ filter: { trashed }, offset: 0, limit: 2000 })).images
  const [there, inTrash] = [await list(false), await list(true)]
  const all = [...there, ...inTrash]
  const labels = all.flatMap(({ hash, classId }) => (classId === null ? [] : [[hash, names.get(classId) ?? 'no such class'] as const]))
  const notes = all.flatMap(({ hash, note }) => (note === '' ? [] : [[hash, note] as const]))
  const decisions = {
    classes: classes.map(({ name }) => name),
    labels: Object.fromEntries(labels),
    notes: Object.fromEntries(notes),
    trashed: inTrash
      .map(({ hash }) => hash)
      .filter((hash) => about?.includes(hash) !== false)
      .sort(),
  }
  return { decisions, hashes: all.map(({ hash }) => hash) }
}

async function ask(client: StudioClient, change: Change): Promise<void> {
  const idOf = async (name: string) => (await client.classes.list()).find((each) => each.name === name)?.id ?? 0
  switch (change.kind) {
    case 'label':
      await client.labels.set({ hashes: [...change.photos], classId: change.to === null ? null : await idOf(change.to) })
      return
    case 'note':
      await client.images.note({ hash: change.photo, note: change.text })
      return
    case 'trash':
    case 'restore':
      await client.images[change.kind]({ hashes: [...change.photos] })
      return
    case 'add-class':
      await client.classes.add({ name: change.name })
      return
    case 'rename-class':
      await client.classes.rename({ id: await idOf(change.from), name: change.to })
      return
    case 'undo':
    case 'redo':
      await client.history[change.kind]()
      return
    default:
      change satisfies never
  }
}

/** One project whose studio is killed over and over, with all that was acknowledged of it. */
class Ordeal {
  readonly #folder: string
  readonly #random: () => number
  readonly #picture: Buffer
  readonly #project: string
  #photos: readonly string[] = []
  #model: Model = emptyModel({ classes: [], labels: {}, notes: {}, trashed: [] })
  /** Asked for and not answered when the studio was killed. */
  #underWay: Change | null = null
  #folders = 0
  /** Photos that must be there. */
  #least = 0
  #names = 0
  /** When the life that goes on is to end, in counts of `killed`, and what then happens. */
  #killAt = { changes: Infinity, imported: Infinity }
  #reached: () => void = () => undefined
  readonly killed = { kills: 0, changes: 0, imported: 0, written: 0, unwritten: 0 }

  constructor(folder: string, picture: Buffer, seed: number) {
    this.#folder = folder
    this.#picture = picture
    this.#random = randomNumbers(seed)
    this.#project = join(folder, 'projects', 'ordeal.graft')
  }

  async begin(): Promise<void> {
    const { client, close } = await startStudio(this.#folder)
    await client.project.create({ name: 'ordeal' })
    await this.#import(client, pool)
    for (const name of ['cat', 'dog']) await client.classes.add({ name })
    const { decisions, hashes } = await readDecisions(client, null)
    this.#photos = hashes
    // The two classes may be undone as well, and so may the photos, which then lie in the trash.
    const nothing = { ...this.#model.now, trashed: hashes.toSorted() }
    this.#model = { ...this.#model, done: [{ decisions: nothing, noted: null, isImport: true }] }
    this.#model = ['cat', 'dog'].reduce((model, name) => apply(model, { kind: 'add-class', name }), this.#model)
    if (!areSame(decisions, this.#model.now)) throw new Error('the project did not begin as it should')
    // Not killed: Node then keeps what it has compiled, and all the starts to come take half as long.
    await close()
  }

  /** One life of the studio: opened, looked through, worked with, killed. `life`: started beforehand. */
  async live(life: Life): Promise<void> {
    const { client } = life
    await client.project.open({ path: this.#project })
    await this.#compare(client)
    const isImporting = this.#random() < 0.25
    const [after, laterMs] = [this.#random(), this.#random() * longestAfterMs]
    const killing = new Promise<void>((resolve) => (this.#reached = resolve))
    this.#killAt = isImporting
      ? { imported: this.killed.imported + Math.floor(after * filesPerImport), changes: Infinity }
      : { imported: Infinity, changes: this.killed.changes + Math.floor(after * mostChanges) }
    this.#tell()
    const importing = isImporting ? this.#import(client, filesPerImport).catch(() => undefined) : null
    const working = this.#work(client, isImporting)
    await killing
    await delay(laterMs)
    await life.kill()
    await Promise.all([working, importing])
    this.killed.kills += 1
    this.#checkFiles()
  }

  /** Everything is there, can be undone to the first step, and what imports were cut off from is taken by the next. */
  async end(life: Life): Promise<void> {
    const { client } = life
    await client.project.open({ path: this.#project })
    await this.#compare(client)
    while (this.#model.done.length > 0) {
      await client.history.undo()
      this.#model = apply(this.#model, { kind: 'undo' })
      if (this.#model.done.length % 50 === 0) await this.#compare(client)
    }
    const { jobId } = await client.images.import({ paths: [join(this.#folder, 'files')], labelFromFolders: false, backbone: null })
    for await (const _event of await client.jobs.watch({ jobId })) continue
    const { hashes } = await readDecisions(client, null)
    const files = pool + (this.#folders - 1) * filesPerImport
    if (hashes.length !== files)
      throw new Error(`${hashes.length} photos of ${files} files are in the project after all of them were imported`)
    await life.kill()
    this.#checkFiles()
  }

  /** New pictures: one picture with bytes behind its end that decoders pass over. */
  async #import(client: StudioClient, files: number): Promise<void> {
    const folder = join(this.#folder, 'files', String(this.#folders++))
    mkdirSync(folder, { recursive: true })
    for (let index = 0; index < files; index++)
      writeFileSync(join(folder, `${index}.jpg`), Buffer.concat([this.#picture, Buffer.from(`${folder} ${index}`)]))
    const { jobId } = await client.images.import({ paths: [folder], labelFromFolders: false, backbone: null })
    let taken = 0
    for await (const event of await client.jobs.watch({ jobId })) {
      if (event.type !== 'job') continue
      const { state } = event.job
      if (state.state === 'failed') throw new Error(`the import failed: ${JSON.stringify(state.error)}`)
      const done =
        state.state === 'succeeded' ? files : state.state === 'running' && state.progress.step === 'importing' ? state.progress.done : 0
      this.#least += Math.max(0, done - taken)
      this.killed.imported += Math.max(0, done - taken)
      if (state.state === 'succeeded') this.#reached()
      this.#tell()
      taken = Math.max(taken, done)
    }
  }

  /**
   * Where photos come in meanwhile, nobody knows yet whether their step is the newest: then nothing is undone, and no note written, which
   * might go on with one before that step.
   */
  async #work(client: StudioClient, isImporting: boolean): Promise<void> {
    for (;;) {
      const change = this.#choose(isImporting)
      this.#underWay = change
      try {
        await ask(client, change)
      } catch {
        // Killed; what was refused would be found by the comparison.
        return
      }
      this.#underWay = null
      this.#model = apply(this.#model, change)
      this.killed.changes += 1
      this.#tell()
    }
  }

  #tell(): void {
    if (this.killed.changes >= this.#killAt.changes || this.killed.imported >= this.#killAt.imported) this.#reached()
  }

  #choose(isImporting: boolean): Change {
    const some = <T>(list: readonly T[]): T => list[Math.floor(this.#random() * list.length)]!
    const photos = Array.from({ length: 1 + Math.floor(this.#random() * 5) }, () => some(this.#photos))
    const { classes } = this.#model.now
    const kinds = { label: 60, undo: 12, redo: 8, note: 8, trash: 4, restore: 4, 'add-class': 2, 'rename-class': 2 } as const
    const roll = this.#random() * 100
    let sum = 0
    const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find((each) => roll < (sum += kinds[each])) ?? 'label'
    const change: Change =
      kind === 'note'
        ? { kind, photo: some(this.#photos), text: this.#random() < 0.2 ? '' : `note ${this.#names++}` }
        : kind === 'trash' || kind === 'restore'
          ? { kind, photos }
          : kind === 'add-class' || classes.length === 0
            ? { kind: 'add-class', name: `class ${this.#names++}` }
            : kind === 'rename-class'
              ? { kind, from: some(classes), to: `class ${this.#names++}` }
              : kind === 'label'
                ? { kind, photos, to: this.#random() < 0.1 ? null : some(classes) }
                : { kind }
    const isClear = !isImporting || !['undo', 'redo', 'note'].includes(kind)
    return isClear && isPossible(this.#model, change) ? change : { kind: 'label', photos, to: classes.length === 0 ? null : some(classes) }
  }

  /** What was acknowledged is there; what was under way is there wholly or not at all. */
  async #compare(client: StudioClient): Promise<void> {
    const { decisions, hashes } = await readDecisions(client, this.#photos)
    if (hashes.length < this.#least) throw new Error(`${this.#least} photos were acknowledged, ${hashes.length} are there`)
    const steps = await client.history.list({ offset: 0, limit: 1000 })
    const imports = steps.steps
      .filter(({ isDone }) => isDone)
      .slice(0, newestSteps)
      .map(({ action }) => action === 'image-add')
    const fits = ({ now, done, undone }: Model): boolean =>
      areSame(decisions, now) && steps.undone === undone.length && steps.total === done.length + undone.length
    const change = this.#underWay
    const changed = change === null ? this.#model : apply(this.#model, change)
    const written = changed === this.#model ? null : withImports(changed, imports)
    const isWritten = written !== null && fits(written)
    this.#model = isWritten ? written : withImports(this.#model, imports)
    if (!fits(this.#model))
      throw new Error(
        `after ${this.killed.kills} kills the project is not what was acknowledged: ${JSON.stringify({ is: decisions, model: this.#model.now, change })}`,
      )
    if (change !== null) this.killed[isWritten ? 'written' : 'unwritten'] += 1
    this.#underWay = null
  }

  /** Looks at what the killed process left, before anything opens and mends it. */
  #checkFiles(): void {
    const files = projectFiles(this.#project)
    const db = new BetterSqlite(files.database, { fileMustExist: true })
    try {
      const integrity = db.pragma('integrity_check', { simple: true })
      const keys = db.pragma('foreign_key_check') as unknown[]
      if (integrity !== 'ok' || keys.length > 0) throw new Error(`the database is damaged: ${String(integrity)} ${JSON.stringify(keys)}`)
      for (const hash of db.prepare<[], string>('SELECT hash FROM image').pluck().all())
        for (const folder of [files.workingCopies, files.thumbnails])
          if (!existsSync(inFolder(folder, hash))) throw new Error(`${folder} lacks ${hash}`)
    } finally {
      db.close()
    }
  }
}

/**
 * Works on a project in `folder` over the page's own connection and kills the studio with SIGKILL at a random moment, `kills` times. Throws
 * what was lost: something that was acknowledged, a whole database, a copy of a photo, a step to undo. The next studio starts while one lives.
 */
export async function killStudios(folder: string, { kills, seed }: { readonly kills: number; readonly seed: number }): Promise<Killed> {
  mkdirSync(folder, { recursive: true })
  const ordeal = new Ordeal(folder, await drawPicture({ shape: 'circle', seed, widthPx: 64, heightPx: 48 }), seed)
  await ordeal.begin()
  let next = startStudio(folder)
  for (let kill = 0; kill < kills; kill++) {
    const life = await next
    next = startStudio(folder)
    await ordeal.live(life)
  }
  await ordeal.end(await next)
  return ordeal.killed
}
