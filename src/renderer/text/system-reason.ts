/** What systems call by codes, of a folder that cannot be written to. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission for it',
  EPERM: 'there is no permission for it',
  EROFS: 'its disk can only be read',
  EIO: 'its disk reports an error',
  EBUSY: 'another program holds it',
  ENOTDIR: 'there is a file where a folder should be',
  EISDIR: 'there is a folder where a file should be',
  ENAMETOOLONG: 'the path is longer than its disk takes',
}

/** The reason of a failed write in plain words where it is a system's code, alone or before what Node says of it; else as it is, without a full stop. */
export function systemReason(reason: string): string {
  const code = /^E[A-Z]+/.exec(reason)?.[0] ?? ''
  return reasons[code] ?? reason.trim().replace(/[.\s]+$/, '')
}
