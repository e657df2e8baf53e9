/**
 * What the operations compute, against numbers worked out by hand or by plain loops. Gradients: `operations.test.ts`.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { fillMask } from '../random/mask.ts'
import {
  add,
  amax,
  backward,
  concat,
  crossEntropy,
  dropout,
  embedding,
  expand,
  linear,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
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
  tensor,
  transpose,
  unsqueeze,
  unstack,
  type Values,
} from './index.ts'
import { type Shape, sizeOf, stridesOf } from './layout.ts'

const device = new ReferenceDevice()
const of = (values: Values, shape?: Shape) => tensor(values, shape, { device })
const counted = (shape: Shape) =>
  of(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
  )

/** Shape and numbers at once. */
function assertTensor(actual: Tensor, expected: Values, tolerance = 1e-14): void {
  const wanted = of(expected)
  assert.deepEqual(actual.shape, wanted.shape)
  const values = wanted.toArray()
  for (const [i, x] of actual.toArray().entries()) {
    assert.ok(Math.abs(x - values[i]) <= tolerance, `element ${i}: ${x}, expected ${values[i]} ± ${tolerance}`)
  }
}

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })

/** The index along each dimension of an element's number. */
const indexOf = (n: number, shape: Shape) => stridesOf(shape).map((stride, i) => Math.floor(n / stride) % shape[i])
const at = (values: ArrayLike<number>, shape: Shape, index: readonly number[]) =>
  values[stridesOf(shape).reduce((n, stride, i) => n + stride * index[i], 0)]

describe('broadcasting', () => {
  it('adds as NumPy does, whatever dimensions are 1 or missing', () => {
    const pairs = shapes.chain(shape =>
      fc.tuple(
        ...[0, 1].map(() =>
          fc
            .record({ ones: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), from: fc.nat(shape.length) })
            .map(({ ones, from }) => shape.map((n, i) => (ones[i] ? 1 : n)).slice(from)),
        ),
      ),
    )
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [x, y] = [counted(a), mul(counted(b), 100)]
        const z = add(x, y)
        const picked = (t: Tensor, index: readonly number[]) =>
          at(
            t.toArray(),
            t.shape,
            t.shape.map((n, i) => (n === 1 ? 0 : index[index.length - t.shape.length + i])),
          )
        for (const [n, value] of z.toArray().entries()) {
          const index = indexOf(n, z.shape)
          assert.equal(value, picked(x, index) + picked(y, index))
        }
        assert.equal(z.shape.length, Math.max(a.length, b.length))
      }),
    )
  })

  it('expands as it adds', () => {
    assertTensor(expand(of([[1], [2]]), [2, 2, 3]), [
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ])
    assertTensor(expand(of(7), [2]), [7, 7])
  })
})

describe('shapes', () => {
  it('transpose exchanges any two dimensions', () => {
    const cases = shapes.chain(shape =>
      fc.tuple(fc.constant(shape), fc.nat(shape.length - 1), fc.nat(shape.length - 1)),
    )
    fc.assert(
      fc.property(cases, ([shape, a, b]) => {
        const x = counted(shape)
        const y = transpose(x, a, b)
        assert.deepEqual(y.shape, shape.with(a, shape[b]).with(b, shape[a]))
        for (const [n, value] of y.toArray().entries()) {
          const index = indexOf(n, y.shape)
          assert.equal(value, at(x.toArray(), shape, index.with(a, index[b]).with(b, index[a])))
        }
      }),
    )
  })

  it('concat undoes split, and slice is one part of it', () => {
    const cases = shapes.chain(shape => fc.tuple(fc.constant(shape), fc.nat(shape.length - 1), fc.nat(3)))
    fc.assert(
      fc.property(cases, ([shape, axis, cut]) => {
        const x = counted(shape)
        const first = Math.min(cut, shape[axis] - 1)
        const sizes = [first, shape[axis] - first].filter(size => size > 0)
        const parts = split(x, sizes, axis)
        assert.deepEqual(concat(parts, axis).toArray(), x.toArray())
        assert.deepEqual(slice(x, axis, first).toArray(), parts.at(-1)?.toArray())
        assert.deepEqual(stack(unstack(x, axis), axis).toArray(), x.toArray())
      }),
    )
  })

  it('take parts where they are', () => {
    const x = of([
      [1, 2, 3],
      [4, 5, 6],
    ])
    assertTensor(slice(x, 1, 1, 2), [[2], [5]])
    assertTensor(slice(x, 0, 1), [[4, 5, 6]])
    assertTensor(unstack(x, -1)[2], [3, 6])
    assertTensor(concat([x, of([[7], [8]])], 1), [
      [1, 2, 3, 7],
      [4, 5, 6, 8],
    ])
    assertTensor(stack([of([1, 2]), of([3, 4])], 1), [
      [1, 3],
      [2, 4],
    ])
  })

  it('keep the order of the numbers in reshape, squeeze and unsqueeze', () => {
    const x = of([
      [1, 2, 3],
      [4, 5, 6],
    ])
    assertTensor(reshape(x, [3, -1]), [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    assertTensor(unsqueeze(x, 0), [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
    assertTensor(unsqueeze(of([1, 2]), -1), [[1], [2]])
    assertTensor(squeeze(of([[[1], [2]]])), [1, 2])
    assertTensor(squeeze(of([[[1], [2]]]), -1), [[1, 2]])
  })
})

describe('products', () => {
  it('multiply each batch', () => {
    const a = of([[[1, 2]], [[3, 4]]])
    assertTensor(
      matmul(
        a,
        of([
          [1, 0, 2],
          [0, 1, 3],
        ]),
      ),
      [[[1, 2, 8]], [[3, 4, 18]]],
    )
    assertTensor(
      matmul(
        a,
        of([
          [[1], [1]],
          [[2], [-1]],
        ]),
      ),
      [[[3]], [[2]]],
    )
    assertTensor(matmul(a, a, { transposeB: true }), [[[5]], [[25]]])
    assertTensor(matmul(a, a, { transposeA: true }), [
      [
        [1, 2],
        [2, 4],
      ],
      [
        [9, 12],
        [12, 16],
      ],
    ])
  })

  it('linear is x Wᵀ + b', () => {
    assertTensor(
      linear(
        of([1, 2]),
        of([
          [1, 1],
          [0, 3],
          [-1, 0],
        ]),
        of([10, 20, 30]),
      ),
      [13, 26, 29],
    )
    assertTensor(linear(of([[[1, 2]]]), of([[1, 1]])), [[[3]]])
  })
})

describe('reductions', () => {
  const x = of([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 9],
    ],
  ])

  it('go over one dimension or all', () => {
    assertTensor(sum(x), 37)
    assertTensor(sum(x, 0), [
      [6, 8],
      [10, 13],
    ])
    assertTensor(sum(x, 1), [
      [4, 6],
      [12, 15],
    ])
    assertTensor(sum(x, -1, true), [
      [[3], [7]],
      [[11], [16]],
    ])
    assertTensor(mean(x), 37 / 8)
    assertTensor(mean(x, 1), [
      [2, 3],
      [6, 7.5],
    ])
    assertTensor(amax(x), 9)
    assertTensor(amax(x, 0), [
      [5, 6],
      [7, 9],
    ])
    assertTensor(amax(mul(x, -1), -1), [
      [-1, -3],
      [-5, -7],
    ])
    assertTensor(
      logSumExp(
        of([
          [0, Math.log(3)],
          [1000, 1000],
        ]),
        1,
      ),
      [Math.log(4), 1000 + Math.log(2)],
      1e-12,
    )
  })

  it('share the gradient among equal largest values', () => {
    const ties = tensor(
      [
        [2, 5, 5],
        [1, 0, 1],
      ],
      undefined,
      { device, requiresGradient: true },
    )
    backward(sum(mul(amax(ties, 1), of([1, 4]))))
    assertTensor(ties.gradient as Tensor, [
      [0, 0.5, 0.5],
      [2, 0, 2],
    ])
  })
})

describe('probabilities', () => {
  // e^0 : e^ln3 = 1 : 3
  const logits = of([
    [0, Math.log(3)],
    [500, 500],
  ])

  it('softmax and its logarithm', () => {
    assertTensor(softmax(logits), [
      [0.25, 0.75],
      [0.5, 0.5],
    ])
    assertTensor(softmax(transpose(logits), 0), [
      [0.25, 0.5],
      [0.75, 0.5],
    ])
    const logs = [
      [Math.log(0.25), Math.log(0.75)],
      [Math.log(0.5), Math.log(0.5)],
    ]
    assertTensor(logSoftmax(logits), logs, 1e-13)
  })

  it('cross entropy in nats', () => {
    const [first, second] = [-Math.log(0.75), Math.log(2)]
    assertTensor(crossEntropy(logits, [1, 0]), (first + second) / 2)
    assertTensor(crossEntropy(logits, [1, 0], { reduction: 'sum' }), first + second)
    assertTensor(crossEntropy(reshape(logits, [1, 2, 2]), [1, 0], { reduction: 'none' }), [[first, second]])
  })
})

describe('rows by number', () => {
  it('embedding and takeRows', () => {
    const table = of([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    assertTensor(embedding([2, 0, 2], table), [
      [5, 6],
      [1, 2],
      [5, 6],
    ])
    assertTensor(takeRows(table, Int32Array.of(1)), [[3, 4]])
  })
})

describe('dropout', () => {
  it('multiplies with the mask of random/mask.ts, forward and backward', () => {
    const x = tensor(ones([3, 9], { device }).toArray(), [3, 9], { device, requiresGradient: true })
    const key = { key0: 5, key1: 6 }
    const mask = new Float32Array(27)
    fillMask(mask, key, { rows: 3, columns: 9 }, 0.4)
    const y = dropout(x, 0.4, key)
    assertTensor(
      y,
      Array.from({ length: 3 }, (_, r) => mask.subarray(9 * r, 9 * r + 9)),
    )
    backward(sum(y))
    assert.deepEqual(x.gradient?.toArray(), y.toArray())
    assert.equal(dropout(x, 0, key), x)
  })
})
