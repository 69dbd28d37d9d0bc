/** The folder that holds a file or folder, as its system writes paths; itself where it is a root. */
export function folderAbove(path: string): string {
  const trimmed = path.replace(/(?<=[^:\\/])[\\/]+$/, '')
  const at = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'))
  if (at < 0) return trimmed
  // What remains of `/x` and of `C:\x` is a root, and keeps its slash.
  return at === 0 || trimmed[at - 1] === ':' ? trimmed.slice(0, at + 1) : trimmed.slice(0, at)
}
