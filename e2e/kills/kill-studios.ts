import BetterSqlite from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { StudioClient } from '../../src/main/contract/contract.ts'
import { isStudioError } from '../../src/main/contract/errors.ts'
import type { JobState } from '../../src/main/contract/jobs.ts'
import { inFolder } from '../../src/main/core/images/photo-files.ts'
import { projectFiles } from '../../src/main/core/project/project-files.ts'
import { drawPicture, randomNumbers } from '../../src/main/core/testing/draw-pictures.ts'
import { startStudio, type Life } from './killed-studio.ts'
import {
  aMomentLater,
  answerTo,
  apply,
  isPossible,
  type Answer,
  type Change,
  type Decisions,
  type Model,
  type Step,
} from './labelled-project-model.ts'
import { hasSteps, isSeen, seeProject, seeSteps } from './seen-project.ts'

/** What came of killing studios; anything lost is thrown with what and when instead. */
export interface Killed {
  readonly kills: number
  /** Changes that were acknowledged, and files whose import was. */
  readonly changes: number
  readonly imported: number
  /** Undos and redos while an import was under way, and how many of them ended it. */
  readonly moves: number
  readonly ended: number
  /** Changes that were under way at a kill and had been written, or had not. */
  readonly written: number
  readonly unwritten: number
}

/** Photos that are labelled; those that imports bring come beside them. */
const pool = 40
const filesPerImport = 12
/** A life ends when so many changes at most were acknowledged, or when the import was as far, and up to this long after: in the middle of the next. */
const mostChanges = 12
const longestAfterMs = 12
/** With more worlds than this the studio is asked in which of them it is: nobody sees when the first photo of an import comes. */
const mostWorlds = 8
/** Of a hundred changes. */
const usual = { label: 60, undo: 12, redo: 8, note: 8, trash: 4, restore: 4, 'add-class': 2, 'rename-class': 2 } as const
/** Once the photos of an import have begun to come: undone before the last of them, it ends. */
const whileTheyCome = { label: 20, undo: 45, redo: 20, note: 5, trash: 2, restore: 2, 'add-class': 3, 'rename-class': 3 } as const

/** Answers what was undone or repeated, null for any other change. */
async function ask(client: StudioClient, change: Change): Promise<Answer | null> {
  const idOf = async (name: string) => (await client.classes.list()).find((each) => each.name === name)?.id ?? 0
  switch (change.kind) {
    case 'label':
      await client.labels.set({ hashes: [...change.photos], classId: change.to === null ? null : await idOf(change.to) })
      return null
    case 'note':
      await client.images.note({ hash: change.photo, note: change.text })
      return null
    case 'trash':
    case 'restore':
      await client.images[change.kind]({ hashes: [...change.photos] })
      return null
    case 'add-class':
      await client.classes.add({ name: change.name })
      return null
    case 'rename-class':
      await client.classes.rename({ id: await idOf(change.from), name: change.to })
      return null
    case 'undo':
    case 'redo':
      try {
        return (await client.history[change.kind]()).action
      } catch (error) {
        if (isStudioError(error) && (error.code === 'NOTHING_TO_UNDO' || error.code === 'NOTHING_TO_REDO')) return 'nothing'
        throw error
      }
    default:
      return change satisfies never
  }
}

/** How many photos an import has brought; null before it says so. */
function photosIn(state: JobState): number | null {
  if (state.state === 'failed') throw new Error(`the import failed: ${JSON.stringify(state.error)}`)
  if (state.state === 'running') return state.progress.step === 'importing' ? state.progress.done : null
  return state.state === 'queued' || state.result?.kind !== 'import' ? null : state.result.report.images
}

/** One project whose studio is killed over and over, with all that was acknowledged of it. */
class Ordeal {
  readonly #folder: string
  readonly #random: () => number
  readonly #picture: Buffer
  readonly #project: string
  /** Hashes of the photos that each import brings; the first one's are labelled. */
  readonly #imports: ReadonlySet<string>[] = []
  /** How many of them must be there. */
  readonly #least: number[] = []
  /** All that may be true. */
  #worlds: readonly Model[] = []
  #isImporting = false
  /** Whether the newest import has said that a photo came. */
  #hasCome = false
  /** Asked for and not answered when the studio was killed. */
  #underWay: Change | null = null
  #names = 0
  /** When the life that goes on is to end, in counts of `killed`, and what then happens. */
  #killAt = { changes: Infinity, imported: Infinity }
  #reached: () => void = () => undefined
  #isKilled = false
  readonly killed = { kills: 0, changes: 0, imported: 0, moves: 0, ended: 0, written: 0, unwritten: 0 }

  constructor(folder: string, picture: Buffer, seed: number) {
    this.#folder = folder
    this.#picture = picture
    this.#random = randomNumbers(seed)
    this.#project = join(folder, 'projects', 'ordeal.graft')
  }

  get #photos(): readonly string[] {
    return [...(this.#imports[0] ?? [])]
  }

  async begin(): Promise<void> {
    const { client, close } = await startStudio(this.#folder)
    await client.project.create({ name: 'ordeal' })
    await this.#import(client, pool)
    // The photos that are labelled may be undone as well, and then lie in the trash.
    const now: Decisions = { classes: [], labels: {}, notes: {}, trashed: [], imports: [] }
    const before = { ...now, trashed: this.#photos.toSorted() }
    this.#worlds = [{ now, done: [{ decisions: before, by: { kind: 'import', number: 0 } }], undone: [], coming: null }]
    for (const name of ['cat', 'dog']) await this.#do(client, { kind: 'add-class', name })
    await this.#compare(client)
    // Not killed: Node then keeps what it has compiled, and all the starts to come take half as long.
    await close()
  }

  /** One life of the studio: opened, looked through, worked with, killed. `life`: started beforehand. */
  async live(life: Life): Promise<void> {
    const { client } = life
    this.#isKilled = false
    await client.project.open({ path: this.#project })
    await this.#compare(client)
    const isImporting = this.#random() < 0.25
    const [after, laterMs] = [this.#random(), this.#random() * longestAfterMs]
    const killing = new Promise<void>((resolve) => (this.#reached = resolve))
    this.#killAt = isImporting
      ? { imported: this.killed.imported + Math.floor(after * filesPerImport), changes: Infinity }
      : { imported: Infinity, changes: this.killed.changes + Math.floor(after * mostChanges) }
    this.#tell()
    const working = Promise.all([
      isImporting ? this.#unlessKilled(this.#import(client, filesPerImport)) : null,
      this.#unlessKilled(this.#work(client)),
    ])
    await Promise.race([killing, working])
    await delay(laterMs)
    this.#isKilled = true
    await life.kill()
    await working
    this.#isImporting = false
    this.killed.kills += 1
    this.#checkFiles()
  }

  /** Everything is there, can be undone to the first step, and what imports were cut off from is taken by the next. */
  async end(life: Life): Promise<void> {
    const { client } = life
    await client.project.open({ path: this.#project })
    await this.#compare(client)
    for (let left = this.#worlds[0]?.done.length ?? 0; left > 0; left--) {
      await this.#do(client, { kind: 'undo' })
      if (left % 50 === 0) await this.#compare(client)
    }
    await this.#compare(client)
    const { jobId } = await client.images.import({ paths: [join(this.#folder, 'files')], labelFromFolders: false, backbone: null })
    for await (const _event of await client.jobs.watch({ jobId })) continue
    const { total } = await client.images.list({ filter: {}, offset: 0, limit: 1 })
    const files = this.#imports.reduce((sum, { size }) => sum + size, 0)
    if (total !== files) throw new Error(`${total} photos of ${files} files are in the project after all of them were imported`)
    await life.kill()
    this.#checkFiles()
  }

  /** What fails by the kill is no failure. */
  async #unlessKilled(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (!this.#isKilled) throw error
    }
  }

  /** New pictures: one picture with bytes behind its end that decoders pass over. */
  async #import(client: StudioClient, files: number): Promise<void> {
    const number = this.#imports.length
    const folder = join(this.#folder, 'files', String(number))
    mkdirSync(folder, { recursive: true })
    const pictures = Array.from({ length: files }, (_, index) => Buffer.concat([this.#picture, Buffer.from(`${folder} ${index}`)]))
    pictures.forEach((picture, index) => writeFileSync(join(folder, `${index}.jpg`), picture))
    this.#imports.push(new Set(pictures.map((picture) => createHash('sha256').update(picture).digest('hex'))))
    this.#least.push(0)
    this.#hasCome = false
    this.#isImporting = true
    this.#worlds = this.#worlds.map((world) => ({ ...world, coming: number }))
    const { jobId } = await client.images.import({ paths: [folder], labelFromFolders: false, backbone: null })
    for await (const event of await client.jobs.watch({ jobId })) {
      if (event.type !== 'job') continue
      const { state } = event.job
      const [before, come] = [this.#least[number] ?? 0, photosIn(state) ?? 0]
      this.#least[number] = Math.max(before, come)
      this.killed.imported += Math.max(0, come - before)
      if (come > 0) this.#hasCome = true
      this.#tell()
    }
    this.#isImporting = false
    this.#reached()
  }

  async #work(client: StudioClient): Promise<void> {
    for (;;) {
      await this.#do(client, this.#choose())
      this.killed.changes += 1
      this.#tell()
      if (this.#worlds.length > mostWorlds) await this.#lookAtSteps(client)
    }
  }

  async #do(client: StudioClient, change: Change): Promise<void> {
    this.#underWay = change
    const answer = await ask(client, change)
    this.#underWay = null
    const before = aMomentLater(this.#worlds).filter((world) => answerTo(world, change) === answer)
    this.#goOnIn(
      before.map((world) => apply(world, change)),
      { change, answer },
    )
    if (!this.#isImporting || answer === null || answer === 'nothing') return
    this.killed.moves += 1
    if (change.kind === 'undo' && this.#worlds.every(({ undone }) => this.#isOfNewestImport(undone.at(-1)))) this.killed.ended += 1
  }

  #isOfNewestImport(step: Step | undefined): boolean {
    return step?.by.kind === 'import' && step.by.number === this.#imports.length - 1
  }

  async #lookAtSteps(client: StudioClient): Promise<void> {
    const steps = await seeSteps(client)
    this.#goOnIn(
      aMomentLater(this.#worlds).filter((world) => hasSteps(world, steps)),
      steps,
    )
  }

  /** `why`: what left no other world. */
  #goOnIn(worlds: readonly Model[], why: unknown): void {
    const left = this.#hasCome ? aMomentLater(worlds).filter(({ coming }) => coming === null) : worlds
    if (left.length === 0) throw new Error(this.#tellOfLoss(why))
    this.#worlds = left
  }

  #tellOfLoss(is: unknown): string {
    const [model] = this.#worlds
    const steps = [
      ...(model?.undone ?? []).map(({ by }) => ({ undone: by })),
      ...(model?.done ?? []).toReversed().map(({ by }) => by),
    ].slice(0, 20)
    return `after ${this.killed.kills} kills the project is not what was acknowledged: ${JSON.stringify({ is, now: model?.now, steps, coming: model?.coming, underWay: this.#underWay })}`
  }

  #tell(): void {
    if (this.killed.changes >= this.#killAt.changes || this.killed.imported >= this.#killAt.imported) this.#reached()
  }

  #choose(): Change {
    const some = <T>(list: readonly T[]): T => list[Math.floor(this.#random() * list.length)]!
    const photos = Array.from({ length: 1 + Math.floor(this.#random() * 5) }, () => some(this.#photos))
    // Worlds differ by notes and by photos of imports alone.
    const classes = this.#worlds[0]?.now.classes ?? []
    const kinds = this.#isImporting && this.#hasCome ? whileTheyCome : usual
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
    if (this.#worlds.some((world) => isPossible(world, change))) return change
    return { kind: 'label', photos, to: classes.length === 0 ? null : some(classes) }
  }

  /** What was acknowledged is there; what was under way is there wholly or not at all. */
  async #compare(client: StudioClient): Promise<void> {
    const seen = await seeProject(client, this.#imports)
    this.#least.forEach((least, number) => {
      const there = seen.photos[number] ?? 0
      if (there < least) throw new Error(`of import ${number} ${least} photos were acknowledged, ${there} are there`)
    })
    const change = this.#underWay
    // An import that was cut off gets nothing more.
    const cutOff = (worlds: readonly Model[]): Model[] =>
      aMomentLater(worlds)
        .filter(({ coming }) => !this.#hasCome || coming === null)
        .map((world) => ({ ...world, coming: null }))
    const unwritten = cutOff(this.#worlds).filter((world) => isSeen(world, seen))
    const changed = aMomentLater(this.#worlds).flatMap((world) => {
      const after = change === null ? world : apply(world, change)
      return after === world ? [] : [after]
    })
    const written = cutOff(changed).filter((world) => isSeen(world, seen))
    if (written.length + unwritten.length === 0)
      throw new Error(this.#tellOfLoss({ ...seen, steps: { ...seen.steps, steps: seen.steps.steps.slice(0, 20) } }))
    this.#worlds = [...written, ...unwritten]
    if (change !== null) this.killed[written.length > 0 ? 'written' : 'unwritten'] += 1
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
  const ordeal = new Ordeal(folder, await drawPicture({ shape: 'circle', seed, widthPx: 800, heightPx: 600 }), seed)
  await ordeal.begin()
  let next = startStudio(folder)
  try {
    for (let kill = 0; kill < kills; kill++) {
      const life = await next
      next = startStudio(folder)
      try {
        await ordeal.live(life)
      } finally {
        await life.kill()
      }
    }
    await ordeal.end(await next)
  } finally {
    await (await next).kill()
  }
  return ordeal.killed
}
