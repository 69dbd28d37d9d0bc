import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../contract/errors.ts'
import { readPlainFile } from '../plain-file.ts'

/** A folder of an export whose own proof names the run and every file. */
export interface ProvedFolder {
  /** Its real path. */
  readonly root: string
  /** SHA-256 of each file, by its name relative to `root`, with `/`; `proof.json` is among them. */
  readonly hashes: ReadonlyMap<string, string>
}

const proofFile = 'proof.json'

/** Files of an export have a few MB; the proof of a very large test part some hundred. Larger ones are not ours, and would fill the memory. */
const largestBytes = 256 * 1024 ** 2

/** The part of `proofText` that says which files belong to which run. Names lead nowhere but down. */
const Proof = z.object({
  run: z.string(),
  sha256OfFiles: z.record(z.string().regex(/^(?!.*(^|\/)\.{0,2}(\/|$))[^\\:\0]+$/), z.string().regex(/^[0-9a-f]{64}$/)).optional(),
})

/**
 * Reads the proof that lies in the folder of an export and compares every file with it. The database that names the folder may be a
 * stranger's and name any folder of this machine: only what lies there itself says that it is an export of one of `runIds`.
 * Throws `FOLDER_NOT_FOUND`, or `EXPORT_UNPROVED` with what does not fit.
 */
export async function readProvedFolder(folder: string, runIds: readonly string[]): Promise<ProvedFolder> {
  const { root, bytes, sha256OfFiles } = await requireProof(folder, runIds)
  if (sha256OfFiles === undefined) throw new StudioError('EXPORT_UNPROVED', { path: folder, reason: 'no-list', file: proofFile })
  const hashes = new Map([...Object.entries(sha256OfFiles), [proofFile, sha256(bytes)]])
  const page = { root, hashes }
  for (const file of hashes.has('index.html') ? hashes.keys() : ['index.html'])
    if ((await readProvedFile(page, file)) === null) throw new StudioError('EXPORT_UNPROVED', { path: folder, reason: 'changed', file })
  return page
}

/**
 * The real path of `folder`, and the proof in it, which is that of one of `runIds`; its files are not looked at. Throws `FOLDER_NOT_FOUND`, or
 * `EXPORT_UNPROVED` where there is no proof, or one of another run.
 */
export async function requireProof(folder: string, runIds: readonly string[]): Promise<FoundProof> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new StudioError('FOLDER_NOT_FOUND', { path: folder }, { cause: error })
  })
  const bytes = await readInside(root, proofFile)
  const proof = bytes === null ? null : parseProof(bytes)
  if (bytes === null || proof === null) throw new StudioError('EXPORT_UNPROVED', { path: folder, reason: 'no-proof', file: proofFile })
  if (!runIds.includes(proof.run)) throw new StudioError('EXPORT_UNPROVED', { path: folder, reason: 'other-run', file: proofFile })
  return { root, bytes, sha256OfFiles: proof.sha256OfFiles }
}

interface FoundProof {
  readonly root: string
  /** Of `proof.json`. */
  readonly bytes: Buffer
  readonly sha256OfFiles: z.infer<typeof Proof>['sha256OfFiles']
}

/** The bytes of a file as they were proved; null for one that the proof does not list, that has changed since, or that lies elsewhere. */
export async function readProvedFile({ root, hashes }: ProvedFolder, name: string): Promise<Buffer | null> {
  const expected = hashes.get(name)
  if (expected === undefined) return null
  // What was compared is what is sent: the file is not opened a second time.
  const bytes = await readInside(root, name)
  return bytes !== null && sha256(bytes) === expected ? bytes : null
}

/** Null for what is no plain file, is too large, cannot be read, or is reached by a link. */
async function readInside(root: string, name: string): Promise<Buffer | null> {
  try {
    const path = join(root, name)
    if ((await realpath(path)) !== root + sep + name.replaceAll('/', sep)) return null
    return await readPlainFile(path, largestBytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

function parseProof(bytes: Buffer): z.infer<typeof Proof> | null {
  try {
    return Proof.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
