import { assembleNetwork, type PlainNode } from './plain-graph.ts'
import type { Network } from './network.ts'
import type { TfjsLayer, TfjsTensor } from './read-tfjs-layers.ts'
import { tfjsLayersGraph } from './tfjs-layers-graph.ts'

/** The mean colour of ImageNet that was taken away from its pictures, in the order blue, green, red (He et al. 2015 in Caffe, and Keras since). */
const meanBgr = [103.939, 116.779, 123.68] as const

/** A first convolution that was made for blue, green, red as one for red, green, blue. */
export function turnedToRgb(nodes: readonly PlainNode[]): readonly PlainNode[] {
  const seesPicture = new Set(['picture'])
  return nodes.map((node) => {
    // What stands between the picture and a convolution without mixing channels.
    if ((node.kind === 'pad' || node.kind === 'pass') && node.inputs.every((input) => seesPicture.has(input))) seesPicture.add(node.name)
    if (node.kind !== 'conv' || !node.inputs.every((input) => seesPicture.has(input))) return node
    const { kernel, outChannels, inChannels } = node
    const turned = Float32Array.from(kernel, (_, at) => {
      const channel = Math.floor(at / outChannels) % inChannels
      return kernel[at + (inChannels - 1 - 2 * channel) * outChannels] ?? NaN
    })
    return { ...node, kernel: turned }
  })
}

/** Keras' ResNet50 without its head, for pictures of 224 px (it takes any size), from which the mean colour was taken. Throws `MalformedFile`. */
export function resNet50(
  id: string,
  model: { readonly layers: readonly TfjsLayer[]; readonly tensors: ReadonlyMap<string, TfjsTensor> },
): Network {
  const [blue, green, red] = meanBgr
  const scaling = { scale: 1, offset: [-red, -green, -blue] as [number, number, number] }
  return assembleNetwork(turnedToRgb(tfjsLayersGraph(model).nodes), { id, inputSizePx: 224, scaling })
}
