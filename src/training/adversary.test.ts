/**
 * Both lessons of adversarial training against a plain implementation in 64 bits.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { samples } from '../tensor/central-differences.test-support.ts'
import { crossEntropy, embedding, linear, type Tensor, tanh, tensor, zeroGradients } from '../tensor/index.ts'
import { accumulateGradients } from './accumulation.ts'
import { Adversary } from './adversary.ts'

const [WORDS, SIZE, CLASSES] = [7, 3, 2]
const ids = Int32Array.of(2, 5, 2, 6)
const labels = [0, 1, 1, 0]
const firstTable = samples([WORDS, SIZE], 1)

/** A word's class from its vector. */
function network(table: ArrayLike<number> = firstTable) {
  const device = new ReferenceDevice()
  const leaf = (values: ArrayLike<number>, shape: readonly number[]) =>
    tensor(values, shape, { device, requiresGradient: true })
  const vectors = leaf(table, [WORDS, SIZE])
  const weight = leaf(samples([CLASSES, SIZE], 2), [CLASSES, SIZE])
  const averaged = {
    weight: () => ids.length,
    loss: () => crossEntropy(linear(tanh(embedding(ids, vectors)), weight), labels),
  }
  const lesson = (scale = 1) => accumulateGradients([ids], averaged, scale)
  return { device, vectors, weight, lesson }
}

const gradientsOf = (tensors: readonly Tensor[]) => tensors.map(t => [...(t.gradient as Tensor).toArray()])
const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))

/** By hand: the mean of the gradients at E and at E + ρ ‖rows of E‖ g / ‖g‖. */
function expected(share: number) {
  const plain = network()
  const loss = plain.lesson()
  const clean = gradientsOf([plain.vectors, plain.weight])
  const used = [...firstTable].filter((_, k) => ids.includes(Math.floor(k / SIZE)))
  const factor = (share * norm(used)) / norm(clean[0])
  const moved = network(firstTable.map((x, k) => x + factor * clean[0][k]))
  moved.lesson()
  const other = gradientsOf([moved.vectors, moved.weight])
  return { loss, gradients: clean.map((values, t) => values.map((x, k) => (x + other[t][k]) / 2)) }
}

describe('adversarial training', () => {
  it('learns from the batch as it is and with its vectors moved up the gradient', () => {
    const { loss, gradients } = expected(0.1)
    const { vectors, weight, lesson } = network()
    assert.equal(
      new Adversary(vectors, 0.1).learn(() => lesson(1 / 2)),
      loss,
    )
    gradientsOf([vectors, weight]).forEach((values, t) => {
      for (const [k, x] of values.entries()) assert.ok(Math.abs(x - gradients[t][k]) < 1e-15, `${t} ${k}: ${x}`)
    })
    // The move is large enough to be seen, so that this could fail.
    const unmoved = expected(0).gradients[1]
    assert.ok(gradients[1].some((x, k) => Math.abs(x - unmoved[k]) > 1e-4))
  })

  it('leaves the vectors where they were, and no memory behind', () => {
    const { device, vectors, weight, lesson } = network()
    const blocks = device.liveBlocks
    new Adversary(vectors, 0.3).learn(lesson)
    assert.deepEqual([...vectors.toArray()], [...firstTable])
    zeroGradients([vectors, weight])
    assert.equal(device.liveBlocks, blocks)
    const stop = () => {
      if (vectors.rowGradient) throw new Error('stopped')
      return lesson()
    }
    assert.throws(() => new Adversary(vectors, 0.3).learn(stop), /stopped/)
    assert.deepEqual([...vectors.toArray()], [...firstTable])
    zeroGradients([vectors, weight])
    assert.equal(device.liveBlocks, blocks)
  })

  it('gives gradients of single rows to an optimizer that takes them', () => {
    const { gradients } = expected(0.1)
    const { vectors, lesson } = network()
    vectors.takesRowGradients = true
    new Adversary(vectors, 0.1).learn(() => lesson(1 / 2))
    assert.equal(vectors.gradient, null)
    const { rows, values } = vectors.rowGradient as NonNullable<Tensor['rowGradient']>
    assert.deepEqual([...rows], [2, 5, 6])
    const wanted = [...rows].flatMap(row => gradients[0].slice(row * SIZE, (row + 1) * SIZE))
    values.toArray().forEach((x, k) => {
      assert.ok(Math.abs(x - wanted[k]) < 1e-15, `${k}: ${x}, expected ${wanted[k]}`)
    })
  })

  it('does not move along a gradient that has no direction', () => {
    const { vectors } = network(new Float64Array(WORDS * SIZE))
    const zero = tensor(new Float64Array(CLASSES * SIZE), [CLASSES, SIZE], { device: vectors.device })
    const averaged = { weight: () => 1, loss: () => crossEntropy(linear(embedding(ids, vectors), zero), labels) }
    const loss = new Adversary(vectors, 0.1).learn(() => accumulateGradients([ids], averaged))
    assert.ok(Math.abs(loss - Math.log(CLASSES)) < 1e-15)
    assert.ok((vectors.gradient as Tensor).toArray().every(x => x === 0))
  })
})
