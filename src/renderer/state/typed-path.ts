/** A path as somebody has typed or pasted it: without spaces around it, and without the quotes that file managers copy it in. */
export function typedPath(text: string): string {
  const path = text.trim()
  return /^(["'])(.*)\1$/.exec(path)?.[2]?.trim() ?? path
}
