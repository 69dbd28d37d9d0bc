import { fc, test as property } from '@fast-check/vitest'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { selfTestNetwork } from '../engines/self-test.ts'
import { isConvolution, type ConvolutionOp } from './network.ts'
import { readNetwork } from './network-files.ts'
import { networkToInt8Onnx } from './network-to-int8-onnx.ts'
import { byteScales, quantiseConvolution } from './quantise.ts'

const network = selfTestNetwork()
const resources = join(import.meta.dirname, '../../../../resources/backbones')
interface Entry extends Pick<BackboneFiles, 'id' | 'inputSizePx' | 'featureDim'> {
  readonly networkSha256: string
  readonly int8Ranges: readonly (readonly [number, number])[]
}
const { backbones } = JSON.parse(readFileSync(join(resources, 'catalog.json'), 'utf8')) as { backbones: readonly Entry[] }
const shipped = backbones
  .map((each) => ({ ...each, hash: each.networkSha256, folder: join(resources, each.id), ranges: each.int8Ranges }))
  .filter(({ folder }) => existsSync(join(folder, 'network.json')))
const range = fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true }))

describe('the bytes of a network in 8 bits', () => {
  property.prop([fc.tuple(range, range, range)])('hold zero exactly, and every value of their range to half a step', (pairs) => {
    const ranges = pairs.map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)
    const scales = byteScales(network.topology, ranges)
    const open = [...network.topology.ops.entries()].filter(
      ([, op]) => op.kind === 'add' || (isConvolution(op) && op.activation === 'none'),
    )
    expect(open).toHaveLength(ranges.length)
    for (const [place, [index]] of open.entries()) {
      const { scale, zeroPoint } = scales.get(index)!
      expect(Number.isInteger(zeroPoint) && zeroPoint >= 0 && zeroPoint <= 255).toBe(true)
      for (const value of [...ranges[place]!, 0]) {
        const byte = Math.min(255, Math.max(0, Math.round(value / scale) + zeroPoint))
        // Half a step, and another half where the zero point was rounded.
        expect(Math.abs(scale * (byte - zeroPoint) - value)).toBeLessThanOrEqual(scale * 1.001)
      }
      expect(scale * (zeroPoint - zeroPoint)).toBe(0)
    }
  })

  test('spread over 0 to 6 where the network clips there, which does the clipping', () => {
    const scales = byteScales(network.topology, [
      [-8, 8],
      [-8, 14],
      [-8, 8],
    ])
    for (const [index, op] of network.topology.ops.entries())
      if (isConvolution(op) && op.activation === 'relu6') expect(scales.get(index)).toEqual({ scale: 6 / 255, zeroPoint: 0 })
    expect(scales.get(-1)).toEqual({ scale: 1 / 64, zeroPoint: 128 })
  })

  test('round every weight to half a step of its own filter, and the bias to half a step of its sums', () => {
    for (const op of network.topology.ops.filter((each): each is ConvolutionOp => isConvolution(each))) {
      const weights = network.weights.get(op.name)!
      const input = { scale: 6 / 255, zeroPoint: 0 }
      const { kernel, kernelScales, bias } = quantiseConvolution(op, weights, input, 0)
      for (const [index, weight] of weights.kernel.entries()) {
        const scale = kernelScales[index % op.outChannels]!
        expect(Math.abs(kernel[index]! * scale - weight)).toBeLessThanOrEqual(scale * 0.501)
      }
      for (const [filter, value] of weights.bias.entries()) {
        const step = input.scale * kernelScales[filter]!
        expect(Math.abs(bias[filter]! * step - value)).toBeLessThanOrEqual(step * 0.501)
      }
    }
  })

  test.skipIf(shipped.length === 0)(
    'hold the bias of every filter of the real networks, those that hardly look at anything included',
    async () => {
      for (const { id, hash, folder, inputSizePx, featureDim, ranges } of shipped) {
        const { topology, weights } = await readNetwork({ id, hash, folder, inputSizePx, featureDim })
        const scales = byteScales(topology, ranges)
        for (const op of topology.ops.filter((each): each is ConvolutionOp => isConvolution(each) && each.input >= 0)) {
          const input = scales.get(op.input)!
          const { kernelScales, bias } = quantiseConvolution(op, weights.get(op.name)!, input, 0)
          for (const [filter, value] of weights.get(op.name)!.bias.entries()) {
            const step = input.scale * kernelScales[filter]!
            expect(Math.abs(bias[filter]! * step - value), `${id} ${op.name} ${filter}`).toBeLessThanOrEqual(
              Math.max(step, Math.abs(value) * 1e-6),
            )
          }
        }
      }
    },
  )

  test('need one range for each place that is not clipped', () => {
    expect(() => networkToInt8Onnx(network, [[-8, 8]])).toThrow('is not known')
    expect(() =>
      networkToInt8Onnx(
        network,
        Array.from({ length: 4 }, () => [-8, 8] as const),
      ),
    ).toThrow('1 ranges more')
  })
})
