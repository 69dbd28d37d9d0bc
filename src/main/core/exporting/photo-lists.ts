/** A photo that was written. */
export interface WrittenPhoto {
  /** Its path from the file that lists it, with `/`. */
  readonly file: string
  readonly className: string | null
  /** Of the written file, orientation applied. */
  readonly widthPx: number
  readonly heightPx: number
}

/** `file,class` as RFC 4180 says, in UTF-8 without a mark at its beginning; the class is empty for a photo that has none. */
export function labelsCsv(photos: readonly WrittenPhoto[]): string {
  const lines = [['file', 'class'], ...photos.map(({ file, className }) => [file, className ?? ''])]
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

/** Blanks at an end are quoted too, because some readers drop them. */
function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * COCO's format for instances (Lin et al. 2014; cocodataset.org, "Data format"). It has none for whole images, so a label is an annotation
 * whose box is the whole photo: every reader of COCO takes that. Photos without a class are listed without an annotation. Ids begin with 1;
 * `categories` has the classes in the order of `classes`.
 */
export function cocoText(
  photos: readonly WrittenPhoto[],
  { classes, title, year }: { readonly classes: readonly string[]; readonly title: string; readonly year: number },
): string {
  const categoryIds = new Map(classes.map((name, index) => [name, index + 1]))
  const images = photos.map(({ file, widthPx, heightPx }, index) => ({ id: index + 1, file_name: file, width: widthPx, height: heightPx }))
  const labelled = photos.flatMap(({ className, widthPx, heightPx }, index) => {
    const categoryId = className === null ? undefined : categoryIds.get(className)
    return categoryId === undefined ? [] : [{ imageId: index + 1, categoryId, widthPx, heightPx }]
  })
  const annotations = labelled.map(({ imageId, categoryId, widthPx, heightPx }, index) => ({
    id: index + 1,
    image_id: imageId,
    category_id: categoryId,
    bbox: [0, 0, widthPx, heightPx],
    area: widthPx * heightPx,
    segmentation: [],
    iscrowd: 0,
  }))
  const categories = classes.map((name, index) => ({ id: index + 1, name, supercategory: '' }))
  const info = { description: title, year, version: '1.0', contributor: '' }
  return `${JSON.stringify({ info, licenses: [], images, annotations, categories })}\n`
}
