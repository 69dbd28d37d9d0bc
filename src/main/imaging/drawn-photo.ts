import jpegTurbo from '@julusian/jpeg-turbo'
import { encodeJpeg } from './working-copy.ts'

const [widthPx, heightPx] = [500, 375]
/** Grey levels from the darkest to the brightest grain: the file then has 32 kB and takes as long to decode as photos of this size do. */
const grain = 12
const quality = 90

/** A JPEG that is work like a photo: soft shapes with the grain of a camera. `random`: numbers in 0..1. */
export function drawnPhoto(random: () => number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, index) => {
    const x = Math.floor(index / 3) % widthPx
    const y = Math.floor(index / 3 / widthPx)
    return 128 + 60 * Math.sin(x / 40 + (index % 3)) * Math.cos(y / 30) + grain * (random() - 0.5)
  })
  return encodeJpeg({ pixels, widthPx, heightPx }, quality, jpegTurbo.SAMP_420)
}
