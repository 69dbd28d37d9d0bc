import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspectPicture } from '../../imaging/decode-picture.ts'
import { ImageStore } from '../../imaging/image-store.ts'
import { encodeThumbnail, shrinkToThumbnail } from '../../imaging/thumbnail.ts'
import { decodeWorkingCopy, makeWorkingCopy } from '../../imaging/working-copy.ts'
import type { PictureMeasure } from '../../contract/worker/image-tasks.ts'
import type { ProjectFiles } from '../context.ts'
import { recordStep } from '../history/record-step.ts'
import { workingCopyPx } from '../images/image-folders.ts'
import { insertImage, setTrashed } from '../images/image-rows.ts'
import { setGroups } from '../images/look-alike-rows.ts'
import { endImport, insertImport } from '../images/import-rows.ts'
import { inFolder } from '../images/photo-files.ts'
import { giveImported } from '../labels/set-labels.ts'
import { createProject } from '../project/open-project.ts'
import { drawFolder, randomNumbers, shapes } from './draw-pictures.ts'
import { addRuns } from './many-runs.ts'

/** Pictures that stand for one class. */
export interface PictureSource {
  readonly name: string
  readonly files: readonly string[]
}

export interface LargeProject {
  /** Where `NAME.graft` is made. */
  readonly folder: string
  readonly name?: string
  /** 100,000 when absent. */
  readonly images?: number
  /** 8 when absent. */
  readonly classes?: number
  /** Share of the images that have no label, 0..1; 0.08 when absent. */
  readonly unlabelled?: number
  /** None when absent. Their results are made up: one split of all labelled images, no features. */
  readonly runs?: number
  /** The newest so many runs have 1,000 epochs, the others 5 to 40. */
  readonly longRuns?: number
  /** The newest so many runs answer for every validation and test image; others have scores alone. 3 when absent. */
  readonly predictedRuns?: number
  /** Drawn pictures when absent. Classes beyond them show the same pictures under another name. */
  readonly sources?: readonly PictureSource[]
  /** The time of the newest thing in it, ms; now when absent. */
  readonly nowMs?: number
}

/** A picture that was written into the project, as many of its images show it. */
interface StoredPicture {
  readonly hash: string
  readonly widthPx: number
  readonly heightPx: number
}
interface NamedPictures {
  readonly name: string
  readonly pictures: readonly StoredPicture[]
}

const usuallyUnlabelled = 0.08
/** One image of so many lies in the trash, and one looks like the one before it. */
const trashedEvery = 499
const lookAlikeEvery = 53
const dayMs = 86_400_000

/**
 * Makes a project as large as asked for, in seconds: its rows are written as an import and trainings write them, its working copies and
 * thumbnails are a few hundred pictures under many names. The same numbers make the same project, but for its times. Answers the path of
 * the project, which is closed; nothing is left of one that fails.
 */
export async function makeLargeProject(wanted: LargeProject): Promise<string> {
  const { folder, name = 'large', images = 100_000, classes = 8, runs = 0, unlabelled = usuallyUnlabelled, nowMs = Date.now() } = wanted
  const startedAtMs = nowMs - 30 * dayMs
  const project = createProject({ name, folder, clock: () => startedAtMs })
  try {
    const stored = await storePictures(project.files, wanted.sources ?? null)
    const named = Array.from({ length: classes }, (_, index) => {
      const { name: source, pictures } = stored[index % stored.length]!
      const round = Math.floor(index / stored.length) + 1
      return { name: round === 1 ? source : `${source} ${round}`, pictures }
    })
    addImages(project.db, project.files, { images, named, unlabelled, startedAtMs })
    if (runs > 0) {
      const { longRuns = 0, predictedRuns = 3 } = wanted
      addRuns(project.db, { runs, longRuns, predictedRuns, firstAtMs: startedAtMs + dayMs, lastAtMs: nowMs })
    }
    project.db.pragma('wal_checkpoint(TRUNCATE)')
    project.close()
    return project.files.root
  } catch (error) {
    project.close()
    await rm(project.files.root, { recursive: true, force: true })
    throw error
  }
}

async function storePictures(files: ProjectFiles, sources: readonly PictureSource[] | null): Promise<NamedPictures[]> {
  if (sources !== null) return storeSources(files, sources)
  const folder = await mkdtemp(join(tmpdir(), 'graft-drawn-'))
  try {
    const drawn = await Promise.all(
      shapes.map(async (shape) => ({ name: shape, files: await drawFolder(folder, { perClass: 50, classes: [shape] }) })),
    )
    return await storeSources(files, drawn)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes each picture once, as an import would. */
async function storeSources(files: ProjectFiles, sources: readonly PictureSource[]): Promise<NamedPictures[]> {
  const copies = new ImageStore(files.workingCopies)
  const thumbnails = new ImageStore(files.thumbnails)
  copies.open()
  thumbnails.open()
  const named: NamedPictures[] = []
  for (const { name, files: paths } of sources) {
    const pictures: StoredPicture[] = []
    for (const path of paths) {
      const original = readFileSync(path)
      const header = await inspectPicture(original)
      const hash = createHash('sha256').update(original).digest('hex')
      const { bytes } = await makeWorkingCopy(original, header, workingCopyPx)
      copies.write(hash, bytes)
      thumbnails.write(hash, await encodeThumbnail(shrinkToThumbnail(await decodeWorkingCopy(bytes))))
      pictures.push({ hash, widthPx: header.widthPx, heightPx: header.heightPx })
    }
    named.push({ name, pictures })
  }
  return named
}

interface ImagesToAdd {
  readonly images: number
  readonly named: readonly NamedPictures[]
  readonly unlabelled: number
  readonly startedAtMs: number
}

function addImages(db: Database, files: ProjectFiles, { images, named, unlabelled, startedAtMs }: ImagesToAdd): void {
  const importId = insertImport(db, startedAtMs)
  const random = randomNumbers(images)
  const insert = imageWriter(db, { importId, importedAtMs: startedAtMs })
  const link = pictureLinker(files)
  const hashes: string[] = []
  const labels: { imageId: number; className: string }[] = []
  const groups = new Map<number, number>()
  const write = (): void => {
    for (let index = 0; index < images; index++) {
      // The first classes are the largest, as in the sets that people have.
      const { name, pictures } = named[Math.floor(named.length * random() ** 1.4)]!
      const picture = pictures[Math.floor(pictures.length * random())]!
      const hash = createHash('sha256').update(`image ${index} of a large project`).digest('hex')
      const imageId = insert({ hash, name: `${name}-${index + 1}.jpg`, picture, scale: 1 + Math.floor(8 * random()) / 2 })
      if (random() >= unlabelled) labels.push({ imageId, className: name })
      if (index % lookAlikeEvery === 1) for (const id of [imageId - 1, imageId]) groups.set(id, imageId - 1)
      link(picture.hash, hash)
      hashes.push(hash)
    }
    giveImported(db, labels, startedAtMs + 60_000)
  }
  db.transaction(() => {
    const details = () => ({ images, labelled: labels.length })
    recordStep(db, { action: 'image-add', details, atMs: startedAtMs }, write)
    setGroups(db, groups)
    const report = { images, labelled: labels.length, duplicates: 0, nearDuplicates: groups.size }
    const nothingElse = { skipped: [], conflicts: [], several: [], sources: [], unnamed: 0 }
    endImport(db, importId, {
      state: 'finished',
      report: { ...report, ...nothingElse, seconds: 60, cancelled: false },
      endedAtMs: startedAtMs + 60_000,
    })
    const trashed = hashes.filter((_, index) => index % trashedEvery === trashedEvery - 1)
    const atMs = startedAtMs + 120_000
    recordStep(db, { action: 'image-trash', details: { images: trashed.length }, atMs }, () => setTrashed(db, trashed, atMs))
  })()
}

interface ImageToWrite {
  readonly hash: string
  readonly name: string
  readonly picture: StoredPicture
  /** How much larger than the picture the original is said to have been. */
  readonly scale: number
}

/** Answers what writes the row of one image and gives its id. */
function imageWriter(db: Database, at: { readonly importId: number; readonly importedAtMs: number }): (image: ImageToWrite) => number {
  return ({ hash, name, picture, scale }) => {
    const widthPx = Math.round(picture.widthPx * scale)
    const heightPx = Math.round(picture.heightPx * scale)
    const sizeBytes = Math.round(widthPx * heightPx * 0.3)
    const sourcePath = join('/photos', name)
    return insertImage(db, {
      hash,
      name,
      sourcePath,
      format: 'jpeg',
      widthPx,
      heightPx,
      sizeBytes,
      perceptualHash: hash.slice(0, 16),
      measure: measureOf(hash),
      ...at,
    })
  }
}

/** Made up from the hash: about one image in fifty is blurred, one in a hundred dark, one in a hundred blown out. */
function measureOf(hash: string): PictureMeasure {
  const [blur = 0, light = 0, white = 0] = [0, 4, 8].map((at) => Number.parseInt(hash.slice(at, at + 4), 16) / 65_536)
  return { blur: 0.1 + 0.45 * blur, highlight: 118 + Math.floor(130 * light), middleWhite: Math.max(0, white - 0.54) }
}

/** Answers what gives a stored picture another hash: a second name for the same files. */
function pictureLinker({ workingCopies, thumbnails }: ProjectFiles): (from: string, to: string) => void {
  const made = new Set<string>()
  return (from, to) => {
    for (const folder of [workingCopies, thumbnails]) {
      const path = inFolder(folder, to)
      const shard = dirname(path)
      if (!made.has(shard)) {
        mkdirSync(shard, { recursive: true })
        made.add(shard)
      }
      linkSync(inFolder(folder, from), path)
    }
  }
}
