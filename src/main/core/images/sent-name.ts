/** `uploads/PROCESS/DROP/...` and `held/PROCESS/PLACE/...`: where files lie that were sent or pasted, while the studio runs that took them. */
const ownPlace = /[\\/](?:uploads[\\/]\d+-\w{6}[\\/][a-z0-9-]{8,64}|held[\\/]\d+-\w{6}[\\/](?:[0-9a-f]{12}|slot-[a-z0-9-]{1,64}))[\\/](.+)$/

/**
 * What a file was called, with its folders, by who sent or pasted it: `cats/tabby/1.jpg`. Null for a file of this machine. Told by the form of
 * the path, which is that of whichever studio imported it.
 */
export function sentName(sourcePath: string): string | null {
  return ownPlace.exec(sourcePath)?.[1]?.replaceAll('\\', '/') ?? null
}

/** A path as whoever gave the file knows it, for failures. */
export function shownPath(path: string): string {
  return sentName(path) ?? path
}
