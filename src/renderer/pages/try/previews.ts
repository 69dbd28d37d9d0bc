/** A picture from the person's own side, shown from memory; whoever made it revokes its address. */
export interface Preview {
  readonly url: string
  readonly name: string
}

export function previewsOf(files: FileList): readonly Preview[] {
  return [...files].map((file) => ({ url: URL.createObjectURL(file), name: file.name }))
}

/**
 * The picture behind an answer, by the name of its file: files arrive at the studio in any order. Where two files of one name were
 * given there is none, because a wrong picture beside an answer is worse than no picture.
 */
export function previewOf(path: string, previews: readonly Preview[]): Preview | null {
  const name = path.split(/[\\/]/).at(-1)
  const named = previews.filter((preview) => preview.name === name)
  return named.length === 1 ? (named[0] ?? null) : null
}
