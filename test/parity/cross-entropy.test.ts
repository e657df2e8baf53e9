/**
 * crossEntropy with class weights and label smoothing against torch.nn.functional.cross_entropy.
 */
import { test } from 'node:test'
import { backward, type CrossEntropyOptions, crossEntropy, mul, sum, tensor } from '../../src/tensor/index.ts'
import { numbersOf, readGolden } from './golden.ts'
import { compare, leaf, sides, wave } from './wave.ts'

interface GoldenCase {
  readonly reduction: 'mean' | 'sum' | 'none'
  readonly classWeights: string | null
  readonly labelSmoothing: number
  readonly loss: string
  readonly gradient: string
}

const LABELS = [0, 4, 1, 1, 3, 4, 2]
const golden = readGolden('cross-entropy') as readonly GoldenCase[]

for (const { reduction, classWeights, labelSmoothing, loss, gradient } of golden) {
  for (const { name, create, tolerance } of sides) {
    test(`${name}: ${reduction}, class weights ${classWeights ?? 'none'}, smoothing ${labelSmoothing}`, () => {
      const logits = leaf(create(), 'logits', [7, 5], 3)
      const weights = classWeights === null ? {} : { classWeights: numbersOf(classWeights) }
      const options: CrossEntropyOptions = { reduction, labelSmoothing, ...weights }
      const actual = crossEntropy(logits, LABELS, options)
      compare('loss', actual.toArray(), numbersOf(loss), tolerance)
      const factors = tensor(wave('loss', actual.shape, 1), actual.shape, { device: logits.device })
      backward(sum(mul(actual, factors)))
      compare('gradient', logits.gradient?.toArray() ?? [], numbersOf(gradient), tolerance)
    })
  }
}
