/**
 * Linear, and Embedding under a cross-entropy, against torch.nn.
 */
import { test } from 'node:test'
import { Embedding } from '../../src/layers/embedding.ts'
import { Linear } from '../../src/layers/linear.ts'
import type { WeightSource } from '../../src/layers/weight-source.ts'
import { backward, crossEntropy, type Tensor } from '../../src/tensor/index.ts'
import { numbersOf, readGolden } from './golden.ts'
import { amplitudeOf, compare, leaf, sides, weightedLoss } from './wave.ts'

const golden = readGolden('layers') as Readonly<Record<string, Readonly<Record<string, string>>>>

function compareAll(what: string, actual: Readonly<Record<string, Tensor | null>>, tolerance: number): void {
  for (const [name, text] of Object.entries(golden[what])) {
    compare(`${what}, ${name}`, (actual[name] as Tensor).toArray(), numbersOf(text), tolerance)
  }
}

for (const { name, create, tolerance } of sides) {
  test(`${name}: Linear as torch.nn.Linear`, () => {
    const device = create()
    const source: WeightSource = (weight, shape) => leaf(device, weight, shape, amplitudeOf(shape))
    const layer = new Linear({ inputSize: 3, outputSize: 5, source })
    const x = leaf(device, 'x', [4, 3], 1)
    const output = layer.forward(x)
    backward(weightedLoss({ output }))
    const { weight, bias } = layer
    compareAll(
      'linear',
      { output, 'gradient.x': x.gradient, 'gradient.weight': weight.gradient, 'gradient.bias': bias.gradient },
      tolerance,
    )
  })

  test(`${name}: Embedding and crossEntropy as torch.nn.Embedding and cross_entropy`, () => {
    const device = create()
    const layer = new Embedding({
      vocabulary: 5,
      embeddingSize: 5,
      source: (weight, shape) => leaf(device, weight, shape, 1),
    })
    const loss = crossEntropy(layer.forward([2, 0, 2, 4, 1, 0, 2]), [0, 4, 1, 1, 3, 4, 2])
    backward(loss)
    compareAll('embedding, crossEntropy', { loss, 'gradient.weight': layer.weight.gradient }, tolerance)
  })
}
