import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { argv, stdout } from 'node:process'
import sharp from 'sharp'
import { flawLimits } from '../../src/main/core/health/measure-rows.ts'
import { decodePicture, inspectPicture } from '../../src/main/imaging/decode-picture.ts'
import { measurePicture } from '../../src/main/imaging/measure-picture.ts'
import { shrinkToThumbnail } from '../../src/main/imaging/thumbnail.ts'

// How many photos of each folder are called blurred, dark or bright as they are, and after they were made so on purpose:
//   node e2e/bench/degraded-photos.ts FOLDER...

type Fault = 'blurred' | 'dark' | 'bright'
interface Degraded {
  readonly name: string
  readonly fault: Fault
  readonly make: (bytes: Buffer) => Promise<Buffer>
}

const jpegQuality = 90

/** Blurred by a Gauss curve whose sigma is a share of the short side. */
function blurredBy(share: number): Degraded {
  const make = async (bytes: Buffer): Promise<Buffer> => {
    const { width, height } = await sharp(bytes).metadata()
    return sharp(bytes)
      .blur(Math.max(0.3, Math.min(width, height) * share))
      .jpeg({ quality: jpegQuality })
      .toBuffer()
  }
  return { name: `sigma ${(100 * share).toFixed(1)} %`, fault: 'blurred', make }
}

/** Exposed by so many stops more or less: light doubled or halved, cut off at white, by the curve of sRGB (IEC 61966-2-1). */
function exposedBy(stops: number): Degraded {
  const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  const toCurve = (value: number): number => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)
  const table = Uint8Array.from({ length: 256 }, (_, level) => Math.round(255 * toCurve(Math.min(1, toLinear(level / 255) * 2 ** stops))))
  const make = async (bytes: Buffer): Promise<Buffer> => {
    const { data, info } = await sharp(bytes).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    return sharp(
      data.map((level) => table[level] ?? 0),
      { raw: { width, height, channels } },
    )
      .jpeg({ quality: jpegQuality })
      .toBuffer()
  }
  return { name: `${stops > 0 ? '+' : ''}${stops} stops`, fault: stops > 0 ? 'bright' : 'dark', make }
}

const degradations = [...[0.005, 0.01, 0.015, 0.02].map(blurredBy), ...[-1, -2, -3, 1, 2, 3].map(exposedBy)]

async function faultsOf(bytes: Buffer): Promise<Record<Fault, boolean>> {
  const { blur, highlight, middleWhite } = measurePicture(shrinkToThumbnail(await decodePicture(bytes, await inspectPicture(bytes), 384)))
  const { blurredAbove, darkBelow, brightAbove } = flawLimits
  return { blurred: blur > blurredAbove, dark: highlight < darkBelow, bright: middleWhite > brightAbove }
}

for (const folder of argv.slice(2)) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile())
  const found = new Map<string, number>()
  const count = (name: string, isFound: boolean): void => void found.set(name, (found.get(name) ?? 0) + (isFound ? 1 : 0))
  for (const name of files) {
    const bytes = await readFile(join(folder, name))
    const faults = await faultsOf(bytes)
    for (const fault of ['blurred', 'dark', 'bright'] as const) count(`untouched called ${fault}`, faults[fault])
    for (const { name: degraded, fault, make } of degradations) count(degraded, (await faultsOf(await make(bytes)))[fault])
  }
  for (const [name, photos] of found) stdout.write(`${basename(folder)}  ${name}: ${photos} of ${files.length}\n`)
}
