/** The loss of a linear layer tile by tile: the same bits as its parts one after the other, on every device. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Device } from '../devices/device.ts'
import { implementations } from '../devices/devices.test-bench.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { checkGradients, samples } from './central-differences.test-support.ts'
import {
  backward,
  crossEntropy,
  linear,
  linearCrossEntropy,
  mul,
  noGradient,
  step,
  type Tensor,
  tensor,
} from './index.ts'

type Loss = (x: Tensor, weight: Tensor, bias: Tensor | null, labels: Int32Array) => Tensor

interface Sizes {
  readonly rows: number
  readonly width: number
  readonly classes: number
}

const SIZES: readonly Sizes[] = [
  { rows: 1, width: 1, classes: 1 },
  { rows: 7, width: 5, classes: 9 },
  { rows: 40, width: 17, classes: 33 },
  // Tiles of 126 rows.
  { rows: 130, width: 3, classes: 33_001 },
]

const labelsOf = ({ rows, classes }: Sizes) => Int32Array.from({ length: rows }, (_, r) => (r * 7919) % classes)

/** The loss and the gradients of x, weight and bias. */
function run(device: Device, { rows, width, classes }: Sizes, hasBias: boolean, loss: Loss): ArrayLike<number>[] {
  const make = (shape: readonly number[], seed: number) =>
    tensor(samples(shape, seed), shape, { device, requiresGradient: true })
  const [x, weight, bias] = [make([rows, width], 1), make([classes, width], 2), hasBias ? make([classes], 3) : null]
  const value = step(() => {
    const result = loss(x, weight, bias, labelsOf({ rows, width, classes }))
    backward(result)
    return result.toArray()
  })
  return [value, ...[x, weight, bias].flatMap(t => (t?.gradient ? [t.gradient.toArray()] : []))]
}

const apart: Loss = (x, weight, bias, labels) => crossEntropy(linear(x, weight, bias ?? undefined), labels)
const apartSummed: Loss = (x, weight, bias, labels) =>
  crossEntropy(linear(x, weight, bias ?? undefined), labels, { reduction: 'sum' })
const summed: Loss = (x, weight, bias, labels) => linearCrossEntropy(x, weight, bias, labels, { reduction: 'sum' })

for (const { name, create } of implementations) {
  test(`${name}: the same bits as linear and crossEntropy, and so have the gradients`, () => {
    for (const sizes of name === 'reference' ? SIZES.slice(0, 3) : SIZES) {
      for (const hasBias of [true, false]) {
        const what = JSON.stringify({ ...sizes, hasBias })
        const [one, two] = [linearCrossEntropy as Loss, apart].map(loss => run(create(), sizes, hasBias, loss))
        assert.equal(one.length, hasBias ? 4 : 3)
        assert.deepEqual(one, two, what)
        assert.deepEqual(run(create(), sizes, hasBias, summed), run(create(), sizes, hasBias, apartSummed), what)
      }
    }
  })
}

test('gradients are those of central differences', () => {
  const shapes = [[4, 3], [5, 3], [5]]
  checkGradients(
    ([x, weight, bias]) => [mul(linearCrossEntropy(x, weight, bias, Int32Array.of(4, 0, 2, 2)), 3)],
    shapes.map((shape, k) => ({ shape, values: samples(shape, k) })),
  )
})

test('a loss that counts more or less has gradients that do', () => {
  const twice: Loss = (...all) => mul(linearCrossEntropy(...all), 2)
  const [once, doubled] = [linearCrossEntropy as Loss, twice].map(loss => run(createWasmDevice(), SIZES[1], true, loss))
  once.forEach((values, k) => {
    assert.deepEqual(
      Array.from(doubled[k]),
      Array.from(values, v => 2 * v),
    )
  })
})

describe('memory', () => {
  test('is a tile of logits, not all of them, and what it was before after a step', () => {
    const device = createWasmDevice()
    const { memory } = device.runtime
    const sizes = { rows: 1200, width: 8, classes: 20_000 }
    const make = (shape: readonly number[]) => tensor(samples(shape, 1), shape, { device, requiresGradient: true })
    const [x, weight] = [make([sizes.rows, sizes.width]), make([sizes.classes, sizes.width])]
    const inUse = [1, 2].map(() => {
      step(() => void linearCrossEntropy(x, weight, null, labelsOf(sizes)))
      noGradient(() => step(() => void linearCrossEntropy(x, weight, null, labelsOf(sizes))))
      return memory.bytesInUse
    })
    assert.equal(inUse[1], inUse[0])
    const logitBytes = 4 * sizes.rows * sizes.classes
    assert.ok(memory.bytes < logitBytes / 2, `${memory.bytes} of ${logitBytes}`)
  })
})

test('what does not fit is said', () => {
  const make = (shape: readonly number[]) => tensor(samples(shape, 1), shape)
  const [x, weight] = [make([2, 3]), make([4, 3])]
  const faults: readonly [() => unknown, RegExp][] = [
    [() => linearCrossEntropy(x, make([4, 2]), null, [0, 1]), /^linearCrossEntropy: expected x of shape \[.., I\]/],
    [() => linearCrossEntropy(x, weight, make([3]), [0, 1]), /^linearCrossEntropy: expected a bias of shape \[4\]/],
    [() => linearCrossEntropy(x, weight, null, [0]), /^linearCrossEntropy: expected a label for each of 2 rows, got 1/],
    [() => linearCrossEntropy(x, weight, null, [0, 4]), /expected each label to be a whole number from 0 to 3, got 4/],
    [
      () => linearCrossEntropy(x, weight, null, [0, 1], { reduction: 'none' as 'sum' }),
      /expected a reduction 'mean' or 'sum', got "none"/,
    ],
  ]
  for (const [call, message] of faults) assert.throws(call, { message })
})
