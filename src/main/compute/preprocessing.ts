import { z } from 'zod'
import type { NetworkTopology } from './convert/network.ts'

/** Short side of a working copy, px: what an export tells the world; the same number that pictures are imported with. */
export const workingCopyPx = 384

/** `preprocessing.json` of an export: everything between a picture file and the network, in words for people and in numbers for programs. */
export const Preprocessing = z.object({
  version: z.literal(1),
  steps: z.array(z.string()),
  workingCopy: z.object({ shortSidePx: z.int().min(1).max(16384), enlarge: z.literal(false), jpegQuality: z.int() }),
  crop: z.literal('centre-square'),
  resize: z.object({ sizePx: z.int().min(1).max(2048), filter: z.literal('triangle-antialias') }),
  channels: z.literal('RGB'),
  layout: z.literal('NHWC'),
  /** What the values of a pixel range over; the first layer of the model scales them to what its backbone was trained on. */
  values: z.tuple([z.literal(0), z.literal(255)]),
})
export type Preprocessing = z.infer<typeof Preprocessing>

export function makePreprocessing({ inputSizePx }: NetworkTopology): Preprocessing {
  return {
    version: 1,
    steps: [
      'Decode the file, turn it upright (EXIF orientation), convert it to sRGB, put transparent pictures on white. Of an animation, take the first frame.',
      `Where the short side is longer than ${workingCopyPx} px, reduce the picture so that it is ${workingCopyPx} px. Never enlarge it. The studio keeps this working copy as JPEG of quality 92 without chroma subsampling (a JPEG that is small enough, upright and sRGB is kept as it is).`,
      'Cut out the square in the centre: side = the short side, left = floor((width - side) / 2), top = floor((height - side) / 2).',
      `Resize the square to ${inputSizePx} x ${inputSizePx} px with an antialiased triangle filter (as Pillow's BILINEAR) and round to whole numbers 0..255: networkInput() in network-input.js is the definition of this step and the one before.`,
      `Give the network float32 [1, ${inputSizePx}, ${inputSizePx}, 3], RGB, values 0..255 as they are: the first layer of the model does the scaling.`,
    ],
    workingCopy: { shortSidePx: workingCopyPx, enlarge: false, jpegQuality: 92 },
    crop: 'centre-square',
    resize: { sizePx: inputSizePx, filter: 'triangle-antialias' },
    channels: 'RGB',
    layout: 'NHWC',
    values: [0, 255],
  }
}
