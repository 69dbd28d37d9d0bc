import type { GroupedImage } from '../splits/grouped-images.ts'

/** As many images of each class as make this many, of a class with fewer all that it has: a few hundred tell networks apart that differ. */
const imagesAtMost = 300
const perClassAtLeast = 5

/** Images to judge networks by, those that look nearly the same once. Hashes are as good as drawn numbers, and the same images give the same sample. */
export function drawSample(images: readonly GroupedImage[]): GroupedImage[] {
  const ofClass = Map.groupBy(images.toSorted(byHash), ({ classId }) => classId)
  const perClass = Math.max(perClassAtLeast, Math.floor(imagesAtMost / ofClass.size))
  return [...ofClass.values()]
    .flatMap((own) => {
      const seen = new Set<number>()
      return own.filter(({ groupId }) => groupId === null || (!seen.has(groupId) && seen.add(groupId))).slice(0, perClass)
    })
    .sort(byHash)
}

function byHash(a: GroupedImage, b: GroupedImage): number {
  return a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0
}
