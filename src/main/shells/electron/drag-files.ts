import { z } from 'zod'
import { ImageHash } from '../../contract/ids.ts'
import type { DragRequest } from '../../contract/preload-bridge.ts'
import type { StudioContext } from '../../core/context.ts'
import { listExports } from '../../core/exporting/export-rows.ts'
import { findOriginal } from '../../core/images/image-rows.ts'
import { hashOfPlainFile, readPlainStart } from '../../core/plain-file.ts'
import { findPhoto } from '../photo-address.ts'

/** Parsed at the door: the page's message may be anything. */
export const DragMessage: z.ZodType<DragRequest> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('photos'), hashes: z.array(ImageHash).min(1).max(100) }),
  z.object({ kind: z.literal('export'), folder: z.string().min(1) }),
])

/**
 * The files to carry out of the window, absolute, in the order of the request. A photo is its original while that still is the very picture
 * that was imported, else its working copy; an export is its zip. What the open project does not know is left out: its folder may come from
 * elsewhere and name any file of this machine, so no path of it is believed before the content is looked at.
 */
export async function filesToDrag(context: StudioContext, request: DragRequest): Promise<readonly string[]> {
  const { db } = context.project()
  if (request.kind === 'export') {
    const zip = listExports(db, context.log).find(({ folder }) => folder === request.folder)?.zip
    return zip !== undefined && (await isZip(zip)) ? [zip] : []
  }
  const files: string[] = []
  for (const hash of request.hashes) {
    const original = findOriginal(db, hash)?.sourcePath
    const file =
      original !== undefined && (await hashOfPlainFile(original)) === hash
        ? original
        : await findPhoto(context, `/working-copy/${hash}.jpg`)
    if (file !== null) files.push(file)
  }
  return files
}

async function isZip(path: string): Promise<boolean> {
  return (await readPlainStart(path, 4))?.toString('latin1') === 'PK\u0003\u0004'
}
