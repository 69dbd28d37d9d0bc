import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../contract/errors.ts'
import { PackageSource } from '../fetching/package-source.ts'

const Archive = z.strictObject({
  source: PackageSource,
  /** The files that are wanted of it; they keep their paths. The integrity of the archive vouches for what is in them. */
  files: z.array(z.strictObject({ path: z.string(), sizeBytes: z.int() })).min(1),
})
const Build = z.strictObject({
  /** As Node calls them. */
  platform: z.string(),
  arch: z.string(),
  /** For NVIDIA cards, with the libraries that it needs. */
  gpu: z.boolean(),
  archives: z.array(Archive).min(1),
})
export type EngineBuild = z.infer<typeof Build>

const Catalog = z.strictObject({ engine: z.literal('tfjs-node-gpu'), tensorflow: z.string(), builds: z.array(Build) })
export type EngineCatalog = z.infer<typeof Catalog>

/** Where TensorFlow's library comes from on which machines (`engines/catalog.json` of the resources). */
export function readEngineCatalog(resourcesDir: string): EngineCatalog {
  return Catalog.parse(JSON.parse(readFileSync(join(resourcesDir, 'engines', 'catalog.json'), 'utf8')))
}

/** The build for this machine; null where there is none. */
export function findBuild({ builds }: EngineCatalog, gpu: boolean): EngineBuild | null {
  return builds.find((build) => build.platform === process.platform && build.arch === process.arch && build.gpu === gpu) ?? null
}

/** Throws `ENGINE_NOT_OFFERED`. */
export function requireBuild(catalog: EngineCatalog, gpu: boolean): EngineBuild {
  const build = findBuild(catalog, gpu)
  const machine = `${process.platform} ${process.arch}${gpu ? ' with an NVIDIA card' : ''}`
  if (build === null) throw new StudioError('ENGINE_NOT_OFFERED', { engine: catalog.engine, machine })
  return build
}

/** Bytes that are fetched, and that lie on the disk in the end. */
export function sizesOf({ archives }: EngineBuild): { readonly downloadBytes: number; readonly sizeBytes: number } {
  return {
    downloadBytes: archives.reduce((sum, { source }) => sum + source.sizeBytes, 0),
    sizeBytes: archives.reduce((sum, { files }) => sum + files.reduce((all, file) => all + file.sizeBytes, 0), 0),
  }
}
