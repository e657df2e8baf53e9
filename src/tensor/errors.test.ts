/**
 * What the operations say when they cannot be done. The whole text: it is what a person reads.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { add as addOf, scalar, variable } from '../formula/expression.ts'
import {
  add,
  amax,
  applyOperation,
  concat,
  crossEntropy,
  dropout,
  elementwise,
  embedding,
  expand,
  linear,
  matmul,
  ones,
  reshape,
  slice,
  softmax,
  split,
  squeeze,
  stack,
  sum,
  type Tensor,
  takeRows,
  transpose,
  unsqueeze,
  zeros,
} from './index.ts'
import type { Shape } from './layout.ts'

const device = new ReferenceDevice()
const of = (...shape: number[]): Tensor => ones(shape as Shape, { device })
const x = variable('x')

/** [what is done, the class, the message] */
const cases: readonly (readonly [() => unknown, string, string])[] = [
  [
    () => zeros([2, -1], { device }),
    'ShapeError',
    'zeros: expected a shape of whole numbers from 1, got [2, -1]. Pass such sizes.',
  ],
  [
    () => add(of(3, 4), of(3, 5)),
    'ShapeError',
    'add: expected shapes equal or 1 in each dimension, counted from the last, got [3, 4] and [3, ' +
      '5]. Reshape one of them.',
  ],
  [
    () => add(of(2, 3), of(2, 3, 1, 2)),
    'ShapeError',
    'add: expected shapes equal or 1 in each dimension, counted from the last, got [2, 3] and [2, ' +
      '3, 1, 2]. Reshape one of them.',
  ],
  [
    () => add(1, 2),
    'OptionError',
    'add: expected 2 operands, at least one of them a tensor, got numbers only. Compute with ' +
      'numbers in plain JavaScript.',
  ],
  [
    () => applyOperation('tanh', [of(1), of(1)]),
    'OptionError',
    'tanh: expected 1 operands, at least one of them a tensor, got 2. Compute with numbers in plain JavaScript.',
  ],
  [
    () => elementwise(addOf(x, scalar('r')), { x: of(1), r: of(1) }),
    'OptionError',
    'elementwise: expected a number for the scalar "r", got a tensor. Pass it by its name, among the inputs.',
  ],
  [
    () => elementwise(addOf(x, variable('y')), { x: of(1) }),
    'OptionError',
    'elementwise: expected a tensor for the variable "y", got undefined. Pass it by its name, among the inputs.',
  ],
  [
    () => elementwise(addOf(scalar('r'), 1), { r: 1 }),
    'OptionError',
    'elementwise: expected an expression over a variable, got none. Use full for a constant tensor.',
  ],
  [
    () => matmul(of(3), of(3, 2)),
    'ShapeError',
    'matmul: expected operands with two dimensions or more, got [3] and [3, 2]. Reshape a vector to [1, N] or [N, 1].',
  ],
  [
    () => matmul(of(2, 3), of(2, 3), { transposeA: true, transposeB: true }),
    'ShapeError',
    'matmul: expected operands with the same inner size (aᵀ [.., M, K], bᵀ [.., K, N]), got [2, 3] and [2, 3]. ' +
      'Transpose or reshape one of them.',
  ],
  [
    () => matmul(of(2, 1, 3), of(4, 3, 2)),
    'ShapeError',
    'matmul: expected operands with equal leading dimensions, or b with two dimensions, got [2, 1, 3] and [4, 3, 2]. ' +
      'Use expand on the smaller one.',
  ],
  [
    () => linear(of(5, 4), of(2, 3)),
    'ShapeError',
    'linear: expected x of shape [.., I] and a weight of [O, I], got [5, 4] and [2, 3]. ' +
      'Make the last dimension of x as wide as the weight.',
  ],
  [
    () => linear(of(5, 3), of(2, 3), of(1, 2)),
    'ShapeError',
    'linear: expected a bias of shape [2], one number a row of the weight, got [1, 2]. Reshape it, or leave it out.',
  ],
  [
    () => sum(of(2, 3), 2),
    'ShapeError',
    'sum: expected an axis from -2 to 1 for a tensor of shape [2, 3], got 2. Choose one of its dimensions.',
  ],
  [
    () => softmax(of()),
    'ShapeError',
    'softmax: expected no axis for a tensor of shape [], got -1. Choose one of its dimensions.',
  ],
  [
    () => amax(of(2), 0.5),
    'ShapeError',
    'amax: expected an axis from -1 to 0 for a tensor of shape [2], got 0.5. Choose one of its dimensions.',
  ],
  [
    () => transpose(of(2)),
    'ShapeError',
    'transpose: expected an axis from -1 to 0 for a tensor of shape [2], got -2. Choose one of its dimensions.',
  ],
  [
    () => unsqueeze(of(2), 2),
    'ShapeError',
    'unsqueeze: expected an axis from -2 to 1 for a tensor of shape [2, 1], got 2. Choose one of its dimensions.',
  ],
  [
    () => squeeze(of(2, 3), 0),
    'ShapeError',
    'squeeze: expected size 1 at axis 0, got 2 in shape [2, 3]. Choose another axis.',
  ],
  [
    () => reshape(of(2, 3), [4, -1]),
    'ShapeError',
    'reshape: expected a shape of 6 values ([2, 3]), got [4, -1]. Use −1 for a size that follows from the others.',
  ],
  [
    () => reshape(of(2, 3), [-2, -3]),
    'ShapeError',
    'reshape: expected a shape of whole numbers from 1, got [-2, -3]. Pass such sizes.',
  ],
  [
    () => slice(of(2, 3), 1, 2, 4),
    'ShapeError',
    'slice: expected 0 ≤ start < end ≤ 3 for axis 1 of shape [2, 3], got start 2 and end 4. Keep ' +
      'the part inside the tensor.',
  ],
  [
    () => split(of(2, 3), [1, 1], 1),
    'ShapeError',
    'split: expected sizes from 1 with sum 3 for axis 1 of shape [2, 3], got [1, 1]. Let the parts fill the dimension.',
  ],
  [
    () => concat([of(2, 3), of(3, 3)], 1),
    'ShapeError',
    'concat: expected shapes that differ only at axis 1, got [2, 3] and [3, 3]. Reshape one of them.',
  ],
  [
    () => concat([], 1),
    'ShapeError',
    'concat: expected one tensor or more, got an empty array. Pass what to put together.',
  ],
  [
    () => stack([of(2), of(3)]),
    'ShapeError',
    'stack: expected one tensor or more of one shape, got [2] and [3]. Reshape them before.',
  ],
  [() => stack([]), 'ShapeError', 'stack: expected one tensor or more of one shape, got none. Reshape them before.'],
  [
    () => expand(of(2, 3), [3, 3]),
    'ShapeError',
    'expand: expected shapes equal or 1 in each dimension, counted from the last, got [2, 3] and ' +
      '[3, 3]. Reshape one of them.',
  ],
  [
    () => expand(of(2, 3), [1, 3]),
    'ShapeError',
    'expand: expected a shape that [2, 3] widens to, got [1, 3]. Only sizes of 1 can grow.',
  ],
  [
    () => embedding([0, 7, 1], of(5, 2)),
    'OptionError',
    'embedding: expected each id to be a whole number from 0 to 4, got 7 at 1. Check where it comes from.',
  ],
  [
    () => embedding([1.5], of(5, 2)),
    'OptionError',
    'embedding: expected each id to be a whole number from 0 to 4, got 1.5 at 0. Check where it comes from.',
  ],
  [
    () => takeRows(of(5, 2), [2 ** 32]),
    'OptionError',
    'takeRows: expected each index to be a whole number from 0 to 4, got 4294967296 at 0. Check where it comes from.',
  ],
  [
    () => takeRows(of(5), [0]),
    'ShapeError',
    'takeRows: expected a tensor of two dimensions, got [5]. Reshape it to rows.',
  ],
  [
    () => embedding([], of(5, 2)),
    'ShapeError',
    'embedding: expected one id or more, got none. Leave the call out for an empty batch.',
  ],
  [
    () => crossEntropy(of(2, 3), [0]),
    'ShapeError',
    'crossEntropy: expected logits of shape [.., C] and a label a row, got [2, 3] and 1 labels. ' +
      'Pass one label for each row of logits.',
  ],
  [
    () => crossEntropy(of(2, 3), [0, -1]),
    'OptionError',
    'crossEntropy: expected each label to be a whole number from 0 to 2, got -1 at 1. Check where it comes from.',
  ],
  [
    () => crossEntropy(of(1, 3), [0], { classWeights: [1, 2] }),
    'ShapeError',
    'crossEntropy: expected classWeights of 3 numbers, one a class, got 2. Pass one for each column of logits.',
  ],
  [
    () => crossEntropy(of(1, 3), [0], { classWeights: [1, -2, 1] }),
    'OptionError',
    'crossEntropy: expected classWeights of finite numbers, at least 0, got -2. Check how they are made.',
  ],
  [
    () => crossEntropy(of(1, 3), [0], { classWeights: [1, '2', 1] as unknown as number[] }),
    'OptionError',
    'crossEntropy: expected classWeights of finite numbers, at least 0, got "2". Check how they are made.',
  ],
  [
    () => crossEntropy(of(1, 3), [0], { labelSmoothing: 1.5 }),
    'OptionError',
    'crossEntropy: expected labelSmoothing to be a number from 0 to 1, got 1.5. Use 0 for none.',
  ],
  [
    () => crossEntropy(of(1, 3), [0], { reduction: 'max' as 'sum' }),
    'OptionError',
    "crossEntropy: expected a reduction 'mean', 'sum' or 'none', got \"max\". Choose one of these.",
  ],
  [
    () => dropout(of(2), 1, { key0: 0, key1: 0 }),
    'OptionError',
    'dropout rate: expected a number from 0 up to but not including 1, got 1. Try 0.5.',
  ],
]

describe('an operation that cannot be done', () => {
  for (const [run, name, message] of cases) {
    it(`says ${message}`, () => assert.throws(run, { name, message }))
  }

  it('names the operations there are when it knows no such one', () => {
    assert.throws(
      () => applyOperation('tanhh', [of(1)]),
      (error: Error) => {
        assert.match(
          error.message,
          /^applyOperation: expected one of add, sub, .*, got "tanhh"\. Choose one of these\.$/,
        )
        return true
      },
    )
    assert.throws(() => applyOperation('constructor', [of(1)]), { name: 'OptionError' })
  })
})
