import { readFileSync } from 'node:fs'
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

const fileOf = ({ root }: ProjectFiles): string => join(root, 'map.json')

/** Null where there is none; a damaged one counts as none. */
export function readMap(files: ProjectFiles): KeptMap | null {
  try {
    const kept = KeptMap.safeParse(JSON.parse(readFileSync(fileOf(files), 'utf8')))
    if (!kept.success) return null
    return Buffer.from(kept.data.positions, 'base64').length === kept.data.hashes.length * 8 ? kept.data : null
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
