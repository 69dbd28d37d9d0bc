import { z } from 'zod'
import { looksLikePhoto, longestText, mostEntries, NamedPhotos, type LabelFile } from './label-file.ts'
import { placesOf } from './photo-places.ts'

/*
 * COCO's "Data format" (cocodataset.org/#format-data): `images` with an id and a file name, `categories` with an id and a name, and `annotations`
 * that tie the two, each with the area of what it marks. Programs write ids as numbers or texts, and leave boxes out for classification.
 */

const Id = z.union([z.int(), z.string().max(200)])
const CocoImage = z.object({ id: Id, file_name: z.string().min(1).max(longestText) })
const Category = z.object({ id: Id, name: z.string().max(longestText) })
const Annotation = z.object({
  image_id: Id,
  category_id: Id,
  area: z.number().nonnegative().optional(),
  bbox: z.array(z.number()).length(4).optional(),
})
const some = z.array(z.unknown()).max(mostEntries)
const Coco = z.object({ images: some, annotations: some.default([]), categories: some })

/** Null for JSON that is not of this form. Entries that are not, in a file that is, are told as problems. */
export function cocoLabels(json: unknown): LabelFile | null {
  const coco = Coco.safeParse(json)
  if (!coco.success || !isCoco(coco.data)) return null
  const problems: { where: string; why: string }[] = []
  const each = <T>(list: string, entries: readonly unknown[], schema: z.ZodType<T>, use: (entry: T) => string | null): void => {
    for (const [index, entry] of entries.entries()) {
      const parsed = schema.safeParse(entry)
      const why = parsed.success ? use(parsed.data) : 'it has not the fields that COCO has'
      if (why !== null) problems.push({ where: `${list}[${index}]`, why })
    }
  }
  const classes = new Map<string | number, string>()
  each('categories', coco.data.categories, Category, ({ id, name }) => {
    if (name.trim() !== '') classes.set(id, name.trim())
    return name.trim() === '' ? 'it has no name' : null
  })
  /** By image: the largest area of each class. */
  const areas = new Map<string | number, Map<string, number>>()
  each('annotations', coco.data.annotations, Annotation, ({ image_id, category_id, area, bbox }) => {
    const name = classes.get(category_id)
    if (name === undefined) return `there is no category ${category_id}`
    const ofImage = areas.get(image_id) ?? new Map<string, number>()
    const size = area ?? (bbox?.[2] ?? 0) * (bbox?.[3] ?? 0)
    areas.set(image_id, ofImage.set(name, Math.max(ofImage.get(name) ?? 0, size)))
    return null
  })
  const photos = new NamedPhotos()
  each('images', coco.data.images, CocoImage, ({ id, file_name }) => {
    const bySize = [...(areas.get(id) ?? [])].toSorted(([, one], [, other]) => other - one)
    photos.add(
      file_name,
      placesOf(file_name),
      bySize.map(([name]) => name),
    )
    return null
  })
  return { kind: 'coco', photos: photos.list(), problems, taken: null }
}

/** Other JSON has lists of these names too: one entry at least is as COCO has it, and names a photo. */
function isCoco({ images, categories }: z.infer<typeof Coco>): boolean {
  const isPhoto = (entry: unknown): boolean => {
    const image = CocoImage.safeParse(entry)
    return image.success && looksLikePhoto(image.data.file_name)
  }
  return images.some(isPhoto) && (categories.length === 0 || categories.some((entry) => Category.safeParse(entry).success))
}
