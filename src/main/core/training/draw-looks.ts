import { changesOf } from '../../contract/augmentation.ts'
import type { Recipe, SeenLook } from '../../contract/runs.ts'
import { knownBackbone } from '../backbones/known-backbones.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { readShownHashes } from '../images/image-list-rows.ts'
import { readImage } from '../images/image-rows.ts'
import { workingCopyFile } from '../images/photo-files.ts'
import { pngAddress } from '../images/png-address.ts'
import { readGroupedImages } from '../splits/grouped-images.ts'

interface Asked {
  readonly recipe: Recipe
  readonly draw: number
  readonly photos: number
}

/** Photos as a training would learn from them, changed and drawn in the image worker. What cannot be read is left out. Throws `BACKBONE_UNKNOWN`. */
export async function drawLooks(context: StudioContext, project: OpenProject, { recipe, draw, photos }: Asked): Promise<SeenLook[]> {
  const sizePx = recipe.mode === 'scratch' ? recipe.scratchPx : knownBackbone(context, recipe.backbone).inputSizePx
  const hashes = choosePhotos(project, photos)
  const copies = hashes.map((hash) => ({ hash, path: workingCopyFile(project.files, hash) }))
  const drawn = await context.workers.image.request('drawLooks', { copies, sizePx, changes: changesOf(recipe), draw })
  return hashes.flatMap((hash, index) => {
    const png = drawn[index] ?? null
    return png === null ? [] : [{ hash, name: readImage(project.db, hash).name, seen: pngAddress(png) }]
  })
}

/** Of each class in turn one photo, those that look nearly the same once; where none has a label, any. The same photos every time. */
function choosePhotos({ db }: OpenProject, atMost: number): readonly string[] {
  const ofClass = Map.groupBy(readGroupedImages(db), ({ classId }) => classId)
  const queues = [...ofClass.values()].map((own) => {
    const seen = new Set<number>()
    return own.filter(({ groupId }) => groupId === null || (!seen.has(groupId) && seen.add(groupId))).slice(0, atMost)
  })
  const inTurn = Array.from({ length: atMost }, (_, round) => queues.flatMap((queue) => queue[round]?.hash ?? [])).flat()
  return (inTurn.length > 0 ? inTurn : readShownHashes(db)).slice(0, atMost)
}
