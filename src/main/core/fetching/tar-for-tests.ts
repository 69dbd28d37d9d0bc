const blockBytes = 512

/** One entry of a tar archive (ustar), padded to whole blocks. */
export function tarEntry(path: string, content: Buffer, type = '0'): Buffer {
  const header = Buffer.alloc(blockBytes)
  header.write(path.slice(0, 100), 0)
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(type, 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)])
}

/** Entries and the two empty blocks that end an archive. */
export function tarFile(entries: readonly Buffer[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(2 * blockBytes)])
}
