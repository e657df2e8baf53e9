import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { implementations } from '../devices/devices.test-bench.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { checkGradients, samples } from '../tensor/central-differences.test-support.ts'
import { backward, slice, sum, type Tensor, tensor } from '../tensor/index.ts'
import { maxOverTime } from './max-over-time.ts'
import { Packed, pack } from './packed.ts'
import { packedOrder } from './packing.ts'
import { AttentionPooling, meanOverTime } from './pooling.ts'
import { drawn } from './weight-source.ts'

const device = new ReferenceDevice()
const LENGTHS = [2, 4, 1]
const packing = packedOrder(LENGTHS)

const sequences = [
  [
    [1, -5],
    [3, 4],
  ],
  [
    [6, 6],
    [6, 2],
    [0, 6],
    [-2, 2],
  ],
  [[-7, 8]],
]

const attention = (width: number, weights: readonly Tensor[]) => {
  const names = ['weight', 'bias', 'context']
  return new AttentionPooling(width, 1, name => weights[names.indexOf(name)])
}

describe('from tokens to one row a sequence', () => {
  it('the mean and the largest, in the caller’s order', () => {
    const packed = pack(sequences, device)
    assert.deepEqual([...meanOverTime(packed).toArray()], [2, -0.5, 2.5, 4, -7, 8])
    assert.deepEqual([...maxOverTime(packed).toArray()], [3, 4, 6, 6, -7, 8])
  })

  it('a gradient is shared by equal largest values, and reaches no other', () => {
    const tensors = sequences.map(s => tensor(s, undefined, { device, requiresGradient: true }))
    backward(sum(maxOverTime(pack(tensors))))
    const gradients = tensors.map(t => [...(t.gradient as Tensor).toArray()])
    assert.deepEqual(gradients, [
      [0, 0, 1, 1],
      [0.5, 0.5, 0.5, 0, 0, 0.5, 0, 0],
      [1, 1],
    ])
  })

  it('gradients are those of central differences', () => {
    checkGradients(([x]) => meanOverTime(new Packed(x, packing)), [[7, 3]])
    checkGradients(([x]) => maxOverTime(new Packed(x, packing)), [[7, 3]])
  })

  it('attention weighs tokens by a softmax over their own sequence', () => {
    // Width 1, W = 1, b = 0, v = 2: shares are softmax(2 tanh x).
    const of = (value: number, shape: number[]) => tensor([value], shape, { device })
    const pooling = attention(1, [of(1, [1, 1]), of(0, [1]), of(2, [1, 1])])
    const actual = pooling.forward(pack([[[0.5], [-1], [2]], [[3]]], device)).toArray()
    const weights = [0.5, -1, 2].map(x => Math.exp(2 * Math.tanh(x)))
    const total = weights.reduce((a, b) => a + b)
    const expected = (0.5 * weights[0] - weights[1] + 2 * weights[2]) / total
    assert.ok(Math.abs(actual[0] - expected) < 1e-14)
    assert.ok(Math.abs(actual[1] - 3) < 1e-14)
  })

  it('attention’s gradients are those of central differences', () => {
    checkGradients(
      ([x, ...weights]) => attention(3, weights).forward(new Packed(x, packing)),
      [{ shape: [7, 3], values: samples([7, 3]).map(v => 0.5 * v) }, [3, 3], [3], [1, 3]],
    )
  })

  it('attention begins uniform in ±1/√W under the names of a model file', () => {
    const parameters = new AttentionPooling(16, 1, drawn(device)).parameters()
    assert.deepEqual(
      [...parameters].map(([name, t]) => `${name} ${t.shape.join('×')}`),
      ['weight 16×16', 'bias 16', 'context 1×16'],
    )
    for (const t of parameters.values()) assert.ok(t.toArray().every(v => Math.abs(v) <= 0.25))
  })

  for (const { name, create } of implementations) {
    it(`${name}: a sequence alone has the same bits as in a batch`, () => {
      const own = create()
      const pooling = new AttentionPooling(9, 1, drawn(own))
      const tensors = [5, 9, 1, 9].map((T, b) => tensor(samples([T, 9], b), [T, 9], { device: own }))
      for (const pool of [meanOverTime, maxOverTime, (p: Packed) => pooling.forward(p)]) {
        const all = pool(pack(tensors))
        tensors.forEach((t, b) => {
          assert.deepEqual(pool(pack([t])).toArray(), slice(all, 0, b, b + 1).toArray())
        })
      }
    })
  }
})
