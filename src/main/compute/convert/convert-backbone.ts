import { mkdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { efficientNetLite, liteVariants, type LiteVariant } from './efficientnet-lite.ts'
import { MalformedFile } from './malformed-file.ts'
import { mobileNetV1 } from './mobilenet-v1.ts'
import { mobileNetV2 } from './mobilenet-v2.ts'
import { writeNetwork } from './network-files.ts'
import type { Network } from './network.ts'
import { resNet50 } from './resnet.ts'
import { readTfjsLayers } from './read-tfjs-layers.ts'
import { readTflite } from './read-tflite.ts'
import { readTorch } from './read-torch.ts'

/** Both MobileNets were trained on pixels in -1..1. */
const minusOneToOne = { scale: 1 / 127.5, offset: -1 }

interface Conversion {
  /** Names of the source files, as the catalog gives them. */
  readonly files: readonly string[]
  read(id: string, contents: readonly Uint8Array[]): Network
}
const noBytes = new Uint8Array()

/** In the order of their bytes. */
const resNetShards = Array.from({ length: 23 }, (_, index) => `group1-shard${index + 1}of23.bin`)

const liteOf = (variant: LiteVariant): Conversion => ({
  files: ['weights.pth'],
  read: (id, [weights = noBytes]) => efficientNetLite(id, variant, readTorch(weights)),
})

const conversions: Readonly<Record<string, Conversion>> = {
  'efficientnet-lite0': liteOf(liteVariants.lite0),
  'mobilenet-v2-035': {
    files: ['model.json', 'weights.bin'],
    read: (id, [model = noBytes, weights = noBytes]) => mobileNetV2(id, readTfjsLayers(model, weights), minusOneToOne),
  },
  'mobilenet-v1-100': { files: ['model.tflite'], read: (id, [model = noBytes]) => mobileNetV1(id, readTflite(model), minusOneToOne) },
  'efficientnet-lite1': liteOf(liteVariants.lite1),
  'efficientnet-lite2': liteOf(liteVariants.lite2),
  'resnet-50': {
    files: ['model.json', ...resNetShards],
    read: (id, [model = noBytes, ...shards]) => resNet50(id, readTfjsLayers(model, Buffer.concat(shards))),
  },
}

/** Ids of the backbones whose sources can be read. */
export const convertibleBackbones: readonly string[] = Object.keys(conversions)

/**
 * Turns the source files of a backbone (name in the catalog -> path) into the neutral form in `folder`, which is made. Throws
 * `BACKBONE_UNKNOWN` for an id without a reader and `BACKBONE_DAMAGED` when a file is not what its name says.
 */
export async function convertBackbone(input: {
  readonly id: string
  readonly sourceFiles: Readonly<Record<string, string>>
  readonly folder: string
}): Promise<{ readonly hash: string }> {
  const { id, sourceFiles, folder } = input
  const conversion = Object.hasOwn(conversions, id) ? conversions[id] : undefined
  if (conversion === undefined) throw new StudioError('BACKBONE_UNKNOWN', { backbone: id, known: [...convertibleBackbones] })
  const paths = conversion.files.map((name) => {
    const path = sourceFiles[name]
    if (path === undefined) throw new StudioError('BACKBONE_DAMAGED', { backbone: id, file: name })
    return path
  })
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  await mkdir(folder, { recursive: true })
  try {
    return await writeNetwork(folder, conversion.read(id, contents))
  } catch (error) {
    if (!(error instanceof MalformedFile)) throw error
    throw new StudioError('BACKBONE_DAMAGED', { backbone: id, file: paths.map((path) => basename(path)).join(', ') }, { cause: error })
  }
}
