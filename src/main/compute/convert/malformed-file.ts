/** A file that is not what it should be: damaged, cut off, or made to do harm. The message says what is wrong and where. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile'
}

/** Throws `MalformedFile` with `reason` unless `condition` holds. */
export function requireWellFormed(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new MalformedFile(reason)
}
