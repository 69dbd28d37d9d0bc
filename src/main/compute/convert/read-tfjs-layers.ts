import { z } from 'zod'
import { float32FromBytes } from './float32-bytes.ts'
import { MalformedFile, requireWellFormed } from './malformed-file.ts'

const side = z.int().min(0).max(16_384)
const pair = z.tuple([side, side])
const rectified = {
  max_value: z.literal(6).nullable().optional(),
  negative_slope: z.literal(0).optional(),
  threshold: z.literal(0).optional(),
}
const activation = z.enum(['linear', 'relu', 'relu6'])
const convolution = {
  kernel_size: pair,
  strides: pair,
  padding: z.enum(['same', 'valid']),
  data_format: z.literal('channels_last').optional(),
  dilation_rate: z.tuple([z.literal(1), z.literal(1)]).optional(),
  activation,
  use_bias: z.boolean(),
}
/** The layers that are understood, with what matters of their settings; a model with any other one is refused. */
const LayerBody = z.discriminatedUnion('class_name', [
  z.object({ class_name: z.literal('InputLayer'), config: z.object({ batch_input_shape: z.array(z.int().nullable()) }) }),
  z.object({ class_name: z.literal('Conv2D'), config: z.object({ ...convolution, filters: side, groups: z.literal(1).optional() }) }),
  z.object({ class_name: z.literal('DepthwiseConv2D'), config: z.object({ ...convolution, depth_multiplier: z.literal(1) }) }),
  z.object({
    class_name: z.literal('BatchNormalization'),
    config: z.object({ epsilon: z.number().positive().max(1), center: z.boolean().optional(), scale: z.boolean().optional() }),
  }),
  z.object({ class_name: z.literal('ReLU'), config: z.object(rectified) }),
  z.object({ class_name: z.literal('ZeroPadding2D'), config: z.object({ padding: z.tuple([pair, pair]) }) }),
  z.object({ class_name: z.literal('Add'), config: z.object({}) }),
  z.object({
    class_name: z.literal('Activation'),
    config: z.object({ activation: z.enum(['linear', 'relu', 'relu6', 'softmax', 'sigmoid']) }),
  }),
  z.object({
    class_name: z.literal('MaxPooling2D'),
    config: z.object({
      pool_size: pair,
      strides: pair,
      padding: z.enum(['same', 'valid']),
      data_format: z.literal('channels_last').optional(),
    }),
  }),
  z.object({ class_name: z.enum(['GlobalAveragePooling2D', 'Dropout', 'SpatialDropout2D']), config: z.object({}) }),
  /** Those that name classes; they are left out. */
  z.object({ class_name: z.enum(['Dense', 'Flatten', 'Reshape', 'Softmax']), config: z.object({}) }),
])
const Inbound = z.array(z.array(z.tuple([z.string(), z.literal(0), z.literal(0), z.record(z.string(), z.unknown())])))
const Layer = z.intersection(z.object({ name: z.string().min(1).max(100), inbound_nodes: Inbound }), LayerBody)
const FunctionalModel = z.object({
  class_name: z.enum(['Model', 'Functional']),
  config: z.object({ layers: z.array(Layer).max(2000) }),
})

const WeightsManifest = z
  .array(
    z.object({
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(side).max(8), dtype: z.literal('float32'), quantization: z.never().optional() }),
      ),
    }),
  )
  .max(100)
const ModelFile = z.object({ modelTopology: z.looseObject({ model_config: z.unknown().optional() }), weightsManifest: WeightsManifest })

type LayerOf<C extends z.infer<typeof LayerBody>['class_name']> = Extract<z.infer<typeof LayerBody>, { class_name: C }>
export type TfjsLayer = z.infer<typeof LayerBody> & {
  readonly name: string
  /** Names of the layers whose outputs come in. */
  readonly inputs: readonly string[]
}
export type TfjsConvolution = (LayerOf<'Conv2D'> | LayerOf<'DepthwiseConv2D'>) & {
  readonly name: string
  readonly inputs: readonly string[]
}

export interface TfjsTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer>
}

/** The functional model that a transfer-learning export starts with, below any depth of `Sequential` around it. */
function functionalBody(model: unknown): unknown {
  const Nested = z.object({ class_name: z.string(), config: z.unknown() })
  const SequentialConfig = z.union([z.array(z.unknown()), z.object({ layers: z.array(z.unknown()) }).transform(({ layers }) => layers)])
  let current = Nested.parse(model)
  for (let depth = 0; current.class_name === 'Sequential'; depth++) {
    requireWellFormed(depth < 10, 'models within models without end')
    const [first] = SequentialConfig.parse(current.config)
    current = Nested.parse(first)
  }
  return current
}

function splitWeights(manifest: z.infer<typeof WeightsManifest>, bytes: Uint8Array): Map<string, TfjsTensor> {
  const tensors = new Map<string, TfjsTensor>()
  let offset = 0
  for (const { name, shape } of manifest.flatMap((group) => group.weights)) {
    const length = shape.reduce((product, one) => product * one, 1)
    requireWellFormed(!tensors.has(name), `two tensors are called ${name}`)
    requireWellFormed(length * 4 <= bytes.length - offset, `the weights end before ${name}`)
    tensors.set(name, { shape, data: float32FromBytes(bytes.subarray(offset, offset + length * 4)) })
    offset += length * 4
  }
  requireWellFormed(offset === bytes.length, `${bytes.length - offset} bytes of weights too many`)
  return tensors
}

/**
 * Reads a TF.js layers model (`model.json` and its weights in one piece): the layers of its body in order and all tensors by name. The body
 * is the functional model itself or the one that a `Sequential` starts with. Throws `MalformedFile` for layers and settings that are not
 * understood.
 */
export function readTfjsLayers(
  modelJson: Uint8Array,
  weights: Uint8Array,
): { readonly layers: readonly TfjsLayer[]; readonly tensors: ReadonlyMap<string, TfjsTensor> } {
  try {
    const file = ModelFile.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(modelJson)))
    const body = FunctionalModel.parse(functionalBody(file.modelTopology.model_config ?? file.modelTopology))
    const layers = body.config.layers.map(({ inbound_nodes: inbound, ...layer }) => {
      requireWellFormed(inbound.length <= 1, `${layer.name} is used twice`)
      return { ...layer, inputs: (inbound[0] ?? []).map(([name]) => name) }
    })
    return { layers, tensors: splitWeights(file.weightsManifest, weights) }
  } catch (error) {
    if (error instanceof MalformedFile) throw error
    if (error instanceof z.ZodError) {
      const [issue] = error.issues
      throw new MalformedFile(`not understood: ${issue?.path.join('.')}: ${issue?.message}`)
    }
    throw new MalformedFile(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
