import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  add as addOf,
  mul as mulOf,
  scalar,
  sigmoid as sigmoidOf,
  tanh as tanhOf,
  variable,
} from '../formula/expression.ts'
import { operations } from '../formula/operations.ts'
import { type CheckedInput, type Computation, checkGradients, samples } from './central-differences.test-support.ts'
import * as exported from './index.ts'
import {
  amax,
  applyOperation,
  concat,
  crossEntropy,
  dropout,
  elementwise,
  embedding,
  expand,
  linear,
  linearCrossEntropy,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  reshape,
  slice,
  softmax,
  split,
  squeeze,
  stack,
  sum,
  takeRows,
  transpose,
  unsqueeze,
  unstack,
} from './index.ts'
import type { Shape } from './layout.ts'

interface Case {
  readonly compute: Computation
  readonly inputs: readonly (Shape | CheckedInput)[]
}

const given = (compute: Computation, ...inputs: Case['inputs']): Case => ({ compute, inputs })

/** No gradient to check: these make tensors, run functions, or cut a gradient off. */
const notDifferentiated = [
  'Tensor',
  'backward',
  'defaultDevice',
  'detach',
  'full',
  'noGradient',
  'ones',
  'setDefaultDevice',
  'step',
  'tensor',
  'zeroGradients',
  'zeros',
  'applyOperation',
]

const key = { key0: 1, key1: 2 }
const labels = [2, 0, 1, 2, 2]

/** One list for each exported operation that is no entry of the formula language's table. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  amax: [
    given(([x]) => amax(x, -1), [5, 9]),
    given(([x]) => amax(x, 0, true), [3, 5]),
    given(([x]) => amax(x), [3, 2, 5]),
    given(([x]) => amax(x, 1), [2, 3, 8]),
  ],
  concat: [
    given(xs => concat(xs, -1), [3, 5], [3, 8], [3, 1]),
    given(xs => concat(xs, 1), [2, 3, 4], [2, 1, 4]),
    given(xs => concat(xs, 0), [3], [9]),
    given(([x, y]) => concat([x, y, x], 0), [1, 3], [2, 3]),
  ],
  crossEntropy: [
    given(([x]) => crossEntropy(x, labels), [5, 3]),
    given(([x]) => crossEntropy(x, labels, { reduction: 'sum' }), [1, 5, 9]),
    given(([x]) => crossEntropy(x, labels, { reduction: 'none' }), [5, 8]),
    given(([x]) => crossEntropy(x, [0]), [3]),
    given(([x]) => crossEntropy(x, labels, { classWeights: [0.5, 2, 0] }), [5, 3]),
    given(([x]) => crossEntropy(x, labels, { reduction: 'none', labelSmoothing: 0.3 }), [1, 5, 9]),
    given(([x]) => crossEntropy(x, labels, { classWeights: [0.5, 2, 3], labelSmoothing: 0.3 }), [5, 3]),
  ],
  dropout: [given(([x]) => dropout(x, 0.4, key), [3, 9]), given(([x]) => mul(dropout(x, 0, key), x), [5])],
  elementwise: [
    given(xs => elementwise(([x, g]) => mulOf(x, sigmoidOf(g)), xs), [3, 9], [9]),
    given(
      ([x, y]) => elementwise(addOf(variable('x'), mulOf(scalar('r'), tanhOf(variable('y')))), { x, y, r: 0.3 }),
      [5],
      [3, 1],
    ),
    given(xs => elementwise(([x, y]) => [tanhOf(mulOf(x, y)), addOf(x, tanhOf(mulOf(x, y)))], xs), [3, 8], [3, 8]),
    given(xs => elementwise(([x]) => [x, sigmoidOf(x), sigmoidOf(x)], xs), [5]),
    given(xs => elementwise(([x, y]) => [tanhOf(x), mulOf(x, y)], xs)[1], [3], [2, 3]),
  ],
  embedding: [given(([table]) => embedding([3, 0, 3, 3, 1], table), [5, 9])],
  expand: [
    given(([x]) => expand(x, [3, 5]), [5]),
    given(([x]) => expand(x, [2, 3, 4, 9]), [3, 1, 1]),
    given(([x]) => expand(x, [3, 5]), []),
  ],
  linear: [
    given(([x, w, b]) => linear(x, w, b), [5, 3], [9, 3], [9]),
    given(([x, w]) => linear(x, w), [2, 3, 8], [5, 8]),
    given(([x, w, b]) => linear(x, w, b), [1], [1, 1], [1]),
  ],
  linearCrossEntropy: [
    given(([x, w, b]) => linearCrossEntropy(x, w, b, labels), [5, 3], [9, 3], [9]),
    given(([x, w]) => linearCrossEntropy(x, w, null, labels, { reduction: 'sum' }), [1, 5, 8], [3, 8]),
  ],
  logSoftmax: [given(([x]) => logSoftmax(x), [3, 9]), given(([x]) => logSoftmax(x, 0), [5, 2, 3])],
  logSumExp: [
    given(([x]) => logSumExp(x, -1), [3, 8]),
    given(([x]) => logSumExp(x, 0, true), [3, 5]),
    given(([x]) => logSumExp(x), [2, 9]),
  ],
  matmul: [
    ...[false, true].flatMap(transposeA =>
      [false, true].flatMap(transposeB => {
        const a = transposeA ? [5, 3] : [3, 5]
        const b = transposeB ? [9, 5] : [5, 9]
        const compute: Computation = ([x, y]) => matmul(x, y, { transposeA, transposeB })
        return [given(compute, a, b), given(compute, [2, ...a], b), given(compute, [2, 3, ...a], [2, 3, ...b])]
      }),
    ),
    given(([x, y]) => matmul(x, y), [1, 1, 1], [1, 1]),
    given(([x]) => matmul(x, x), [3, 3]),
  ],
  mean: [
    given(([x]) => mean(x), [3, 5]),
    given(([x]) => mean(x, 0), [3, 5]),
    given(([x]) => mean(x, 1, true), [2, 3, 8]),
  ],
  reshape: [
    given(([x]) => reshape(x, [5, 3]), [3, 5]),
    given(([x]) => reshape(x, [2, -1]), [2, 3, 3]),
    given(([x]) => reshape(x, [6, 8]), [2, 3, 8]),
    given(([x]) => reshape(x, []), [1, 1]),
  ],
  slice: [
    given(([x]) => slice(x, -1, 2, 5), [3, 8]),
    given(([x]) => slice(x, 0, 1), [5, 3]),
    given(([x]) => slice(x, 1, 1, 3), [2, 5, 9]),
    given(([x]) => slice(x, 0, 0, 3), [5]),
  ],
  softmax: [
    given(([x]) => softmax(x), [3, 9]),
    given(([x]) => softmax(x), [5]),
    given(([x]) => softmax(x, 0), [3, 2, 5]),
    given(([x]) => softmax(x, 1), [3, 2, 5]),
  ],
  split: [
    given(([x]) => split(x, [3, 1, 5], 1), [3, 9]),
    given(([x]) => split(x, [1, 2], 0), [3, 5]),
    given(([x]) => split(x, [1, 2, 2], 1)[1], [2, 5, 3]),
  ],
  squeeze: [given(([x]) => squeeze(x), [3, 1, 5, 1]), given(([x]) => squeeze(x, 0), [1, 3])],
  stack: [
    given(xs => stack(xs), [3], [3]),
    given(xs => stack(xs, -1), [2, 5], [2, 5]),
    given(xs => stack(xs, 1), [2, 3], [2, 3]),
  ],
  sum: [
    given(([x]) => sum(x), [3, 5]),
    given(([x]) => sum(x), []),
    given(([x]) => sum(x, -1), [2, 3, 9]),
    given(([x]) => sum(x, 0), [9, 3]),
    given(([x]) => sum(x, 1), [2, 3, 5]),
    given(([x]) => sum(x, 0, true), [2, 3, 1]),
  ],
  takeRows: [given(([x]) => takeRows(x, Int32Array.of(2, 2, 0)), [3, 8])],
  transpose: [
    given(([x]) => transpose(x), [3, 5]),
    given(([x]) => transpose(x), [2, 9, 5]),
    given(([x]) => transpose(x, 0, 1), [2, 3, 5]),
    given(([x]) => transpose(x, 0, -1), [2, 3, 4, 5]),
    given(([x]) => transpose(x, 0, 2), [2, 3, 4, 5]),
  ],
  unsqueeze: [given(([x]) => unsqueeze(x, -1), [3, 5]), given(([x]) => unsqueeze(x, 0), [3])],
  unstack: [given(([x]) => unstack(x, 0), [3, 5]), given(([x]) => unstack(x, 1).slice(1), [2, 3, 5])],
}

describe('operations on tensors', () => {
  for (const [name, list] of Object.entries(cases)) {
    for (const { compute, inputs } of list) {
      const shapes = inputs.map(input => `[${'shape' in input ? input.shape : input}]`).join(' ')
      it(`${name} of ${shapes} has the gradient of central differences`, () => checkGradients(compute, inputs))
    }
  }

  it('have a gradient test each, and a name each for the operations of the formula language', () => {
    const tested = new Set([...Object.keys(cases), ...Object.keys(operations), ...notDifferentiated])
    const missing = Object.keys(exported).filter(name => !tested.has(name))
    assert.deepEqual(missing, [], 'exported, and neither in the table of cases nor excused')
    const unnamed = Object.keys(operations).filter(name => !(name in exported))
    assert.deepEqual(unnamed, [], 'operations of the formula language without a constant in pointwise.ts')
    assert.deepEqual(
      Object.keys(cases).filter(name => !(name in exported)),
      [],
    )
  })
})

describe('operations of the formula language', () => {
  /** Arguments must be positive for the logarithm and the square root. */
  const positive = new Set(['log', 'sqrt'])
  const shapesOf: Readonly<Record<number, readonly (readonly Shape[])[]>> = {
    1: [[[1]], [[3, 5]], [[2, 1, 8]], [[9]]],
    2: [
      [
        [3, 5],
        [3, 5],
      ],
      [[3, 5], [5]],
      [
        [2, 3, 8],
        [3, 1],
      ],
      [
        [3, 1],
        [1, 9],
      ],
      [[], [3, 5]],
      [
        [2, 1, 5],
        [4, 1],
      ],
    ],
    4: [
      [
        [3, 5],
        [3, 5],
        [3, 5],
        [3, 5],
      ],
      [[3, 1], [9], [3, 9], []],
    ],
  }

  for (const [name, { arity }] of Object.entries(operations)) {
    for (const shapes of shapesOf[arity] ?? []) {
      it(`${name} of ${shapes.map(shape => `[${shape}]`).join(' ')} has the gradient of central differences`, () => {
        const inputs = shapes.map((shape, k) => {
          const values = samples(shape, 7 * k)
          return { shape, values: positive.has(name) ? values.map(Math.abs) : values }
        })
        checkGradients(operands => applyOperation(name, operands), inputs)
      })
    }
    if (arity !== 2) continue
    it(`${name} takes a number on either side`, () => {
      checkGradients(([x]) => [applyOperation(name, [x, 1.5]), applyOperation(name, [0.7, x])], [[3, 5]])
    })
  }

  it('all have shapes to be tested with', () => {
    const arities = new Set(Object.values(operations).map(operation => operation.arity))
    assert.deepEqual(
      [...arities].filter(arity => !(arity in shapesOf)),
      [],
    )
  })
})
