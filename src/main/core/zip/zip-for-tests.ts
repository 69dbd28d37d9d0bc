import { crc32, deflateRawSync } from 'node:zlib'

/** One entry, with whatever a hostile archive may say of it. Fields are those of APPNOTE 4.3.7 and 4.3.12. */
export interface EntryForTests {
  /** Bytes for a name that is no UTF-8. */
  readonly name: string | Buffer
  readonly content?: Buffer | string
  readonly isStored?: boolean
  /** Of the general purpose bits; 0x800, the name is UTF-8, when absent. */
  readonly flags?: number
  readonly method?: number
  /** Unix permissions with the kind of file, e.g. 0o120777 for a link. */
  readonly mode?: number
  /** What the list says in place of the truth. */
  readonly saysBytes?: number
  readonly saysSum?: number
  /** Shares the content of the entry with this number. */
  readonly sameAs?: number
}

/** An archive of any entries, right or wrong. */
export function zipForTests(entries: readonly EntryForTests[]): Buffer {
  const parts: Buffer[] = []
  const list: Buffer[] = []
  const offsets: number[] = []
  let at = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const content = Buffer.from(entry.content ?? '')
    const packed = entry.isStored === true ? content : deflateRawSync(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(entry.flags ?? 0x800, 2)
    fields.writeUInt16LE(entry.method ?? (entry.isStored === true ? 0 : 8), 4)
    fields.writeUInt32LE(entry.saysSum ?? crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(entry.saysBytes ?? content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const offset = entry.sameAs === undefined ? at : (offsets[entry.sameAs] ?? 0)
    offsets.push(offset)
    if (entry.sameAs === undefined) {
      const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, name, packed])
      parts.push(local)
      at += local.length
    }
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    list.push(Buffer.concat([Buffer.from('504b01021403', 'hex'), fields, tail, name]))
  }
  const directory = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, directory, end])
}
