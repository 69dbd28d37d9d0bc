import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { ProjectFiles } from '../context.ts'
import { diskError } from '../project/disk-errors.ts'

/** A map as it is kept: `map.json` in the project's folder. It can be made again at any time. */
const KeptMap = z.object({
  version: z.literal(1),
  madeAtMs: z.int(),
  /** Of the features that it was made from. */
  featuresKey: z.string(),
  isSample: z.boolean(),
  hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  /** As in the contract. */
  positions: z.string(),
})
export type KeptMap = z.infer<typeof KeptMap>

/** Two float32. */
const positionBytes = 8

const fileOf = ({ root }: ProjectFiles): string => join(root, 'map.json')

/** What was read last of each project, and the file that it was read from: a map of 50,000 photos is 4 MB of text, and is asked for at every label. */
const lastRead = new WeakMap<ProjectFiles, { readonly stamp: string; readonly map: KeptMap | null }>()

/** Null where there is none; a damaged one counts as none. Read again only once the file is another one. */
export function readMap(files: ProjectFiles): KeptMap | null {
  const path = fileOf(files)
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return null
  // Written anew it is another file, whatever its size and however coarse the clock of the disk.
  const stamp = [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ')
  const before = lastRead.get(files)
  if (before?.stamp === stamp) return before.map
  const map = parseMap(path)
  lastRead.set(files, { stamp, map })
  return map
}

function parseMap(path: string): KeptMap | null {
  try {
    const kept = KeptMap.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    if (!kept.success) return null
    return Buffer.from(kept.data.positions, 'base64').length === kept.data.hashes.length * positionBytes ? kept.data : null
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Throws `DISK_FULL` or `NOT_WRITABLE`. */
export function writeMap(files: ProjectFiles, map: KeptMap): void {
  try {
    writeFileAtomic.sync(fileOf(files), JSON.stringify(map))
  } catch (error) {
    throw diskError(error, files.root)
  }
}

/** Takes photos off the map. Throws `DISK_FULL` or `NOT_WRITABLE`. */
export function forgetInMap(files: ProjectFiles, hashes: ReadonlySet<string>): void {
  const kept = readMap(files)
  if (kept?.hashes.some((hash) => hashes.has(hash)) === true) writeMap(files, withoutPhotos(kept, hashes))
}

/** The map without photos of `hashes`: neither they nor their places are in it. */
export function withoutPhotos(map: KeptMap, hashes: ReadonlySet<string>): KeptMap {
  const places = [...map.hashes.keys()].filter((place) => !hashes.has(map.hashes[place] ?? ''))
  if (places.length === map.hashes.length) return map
  const positions = Buffer.from(map.positions, 'base64')
  const left = places.map((place) => positions.subarray(place * positionBytes, (place + 1) * positionBytes))
  return { ...map, hashes: places.map((place) => map.hashes[place] ?? ''), positions: Buffer.concat(left).toString('base64') }
}
