/** A picture from the person's own side, shown from memory; whoever made it revokes its address. */
export interface Preview {
  readonly url: string
  readonly name: string
}

export function previewsOf(files: FileList): readonly Preview[] {
  return [...files].map((file) => ({ url: URL.createObjectURL(file), name: file.name }))
}
