import { existsSync } from 'node:fs'
import { StudioError } from '../../contract/errors.ts'
import { knownBackbone } from '../backbones/known-backbones.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { workingCopyPx } from './image-folders.ts'
import { readImage } from './image-rows.ts'
import { workingCopyFile } from './photo-files.ts'
import { pngAddress } from './png-address.ts'
import { remakeCopies } from './remake-copies.ts'

/**
 * The square of pixels that a backbone is given of an image, as a PNG in a data URL. It is made from the working copy, as the features
 * are: the original may be gone, or another picture by now. A copy that is gone or damaged is made again, if the original still can give it.
 * @throws IMAGE_NOT_FOUND, BACKBONE_UNKNOWN, BACKBONE_MISSING, PICTURE_UNREADABLE
 */
export async function seeImage(
  context: StudioContext,
  project: OpenProject,
  { hash, backbone }: { readonly hash: string; readonly backbone: string },
): Promise<string> {
  const { name } = readImage(project.db, hash)
  const { inputSizePx } = knownBackbone(context, backbone)
  const file = workingCopyFile(project.files, hash)
  if (existsSync(file)) {
    const seen = await look(context, file, inputSizePx)
    if (seen.state === 'seen') return seen.picture
  }
  const [lost] = await remakeCopies(context, project, [hash])
  if (lost !== undefined) throw new StudioError('PICTURE_UNREADABLE', { file: name, reason: lost.reason })
  const seen = await look(context, file, inputSizePx)
  if (seen.state === 'unreadable') throw new StudioError('PICTURE_UNREADABLE', { file: name, reason: seen.reason })
  return seen.picture
}

type Look = { readonly state: 'seen'; readonly picture: string } | { readonly state: 'unreadable'; readonly reason: string }

async function look({ workers }: StudioContext, file: string, sizePx: number): Promise<Look> {
  const [input] = await workers.image.request('toNetworkInput', { files: [file], workingCopyPx, sizePx, withPng: true })
  if (input?.state !== 'ready') return { state: 'unreadable', reason: input?.reason ?? '' }
  if (input.png === null) throw new Error('the image worker drew no picture')
  return { state: 'seen', picture: pngAddress(input.png) }
}
