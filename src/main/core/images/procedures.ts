import { implement } from '@orpc/server'
import { images, type ImageFilter } from '../../contract/images.ts'
import { knownBackbone } from '../backbones/known-backbones.ts'
import type { StudioContext } from '../context.ts'
import { recordStep } from '../history/record-step.ts'
import { nearestImages, rankBySimilarity } from '../similar/rank-by-similarity.ts'
import { rememberChosen } from './chosen-rows.ts'
import { addToClass } from './add-to-class.ts'
import { makeHeldPictures } from './held-pictures.ts'
import { describeImage } from './describe-image.ts'
import { measureTrash, startErasing } from './erase-images.ts'
import { readImage, setTrashed } from './image-rows.ts'
import { importImages, importLane } from './import-images.ts'
import { readImports } from './import-rows.ts'
import { listHashes, listImages } from './list-images.ts'
import { noteImage } from './note-image.ts'
import { readThumbnails } from './read-thumbnails.ts'
import { seeImage } from './see-image.ts'

const importsShown = 20

/** Handlers of `images`. */
export function imageProcedures(context: StudioContext) {
  const os = implement(images)
  const moveToTrash = (hashes: readonly string[], trash: boolean): { changed: number } => {
    const { db } = context.project()
    const atMs = context.clock()
    const step = { action: trash ? 'image-trash' : 'image-restore', details: (moved: number) => ({ images: moved }), atMs } as const
    const { result } = recordStep(db, step, () => setTrashed(db, hashes, trash ? atMs : null))
    for (const topic of ['images', 'classes', 'labels', 'history'] as const) context.changed(topic)
    return { changed: result }
  }
  const note = (input: { readonly hash: string; readonly note: string }): { changed: boolean } => {
    const changed = noteImage(context.project().db, { ...input, atMs: context.clock() })
    for (const topic of ['images', 'history'] as const) context.changed(topic)
    return { changed }
  }
  /** What is compared is compared before the list is read: by then other images may be there. */
  const withRanking = async <T extends { readonly filter: ImageFilter }>(page: T, signal?: AbortSignal) => {
    const { similarTo } = page.filter
    return { ...page, ranked: similarTo === undefined ? null : (await rankBySimilarity(context, context.project(), similarTo, signal)).ids }
  }
  const held = makeHeldPictures(context.dataDir, context.log)
  return {
    hold: os.hold.handler(({ input }) => held.hold(input)),
    import: os.import.handler(({ input }) => {
      // One that was asked for by a name that does not exist is told at once; one that is only not here is left to the training.
      if (input.backbone != null) knownBackbone(context, input.backbone)
      const body = importImages(context, context.project(), input)
      return { jobId: context.jobs.start('import', { lane: importLane }, body).id }
    }),
    addToClass: os.addToClass.handler(({ input }) => {
      const body = addToClass(context, context.project(), input)
      return { jobId: context.jobs.start('import', { lane: importLane }, body).id }
    }),
    list: os.list.handler(async ({ input, signal }) => listImages(context.project().db, await withRanking(input, signal))),
    hashes: os.hashes.handler(async ({ input, signal }) => listHashes(context.project().db, await withRanking(input, signal))),
    similar: os.similar.handler(({ input, signal }) => nearestImages(context, context.project(), input, signal)),
    choose: os.choose.handler(({ input }) => ({ chosen: rememberChosen(context.project().db, input.hashes, context.clock()) })),
    get: os.get.handler(({ input }) => readImage(context.project().db, input.hash)),
    detail: os.detail.handler(({ input }) => describeImage(context.project().db, input.hash)),
    thumbnails: os.thumbnails.handler(async ({ input }) => ({ thumbnails: await readThumbnails(context.project(), input.hashes) })),
    seen: os.seen.handler(async ({ input }) => ({ picture: await seeImage(context, context.project(), input) })),
    note: os.note.handler(({ input }) => note(input)),
    trash: os.trash.handler(({ input }) => moveToTrash(input.hashes, true)),
    restore: os.restore.handler(({ input }) => moveToTrash(input.hashes, false)),
    trashSize: os.trashSize.handler(({ input }) => measureTrash(context, context.project(), input.hashes ?? null)),
    erase: os.erase.handler(({ input }) => ({ jobId: startErasing(context, input.hashes ?? null) })),
    imports: os.imports.handler(() => readImports(context.project().db, importsShown)),
  }
}
