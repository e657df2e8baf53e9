/**
 * Accumulated gradients of a small network against those of one batch with the same rows, in 64 bits.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { samples } from '../tensor/central-differences.test-support.ts'
import { crossEntropy, linear, tanh, tensor, zeroGradients } from '../tensor/index.ts'
import { accumulateGradients, groupsOf } from './accumulation.ts'
import { OptimizerState } from './optimizer-state.ts'
import { adam } from './optimizers/adam.ts'

/** 64 bits, sums over 12 rows in another order. */
const TOLERANCE = 1e-14
const [INPUTS, HIDDEN, CLASSES, ROWS] = [3, 4, 3, 12]
const CLASS_WEIGHTS = [0.5, 2, 1]

interface Row {
  readonly x: Float64Array
  readonly label: number
}

const rows = Array.from({ length: ROWS }, (_, k): Row => ({ x: samples([INPUTS], k), label: (k * k) % CLASSES }))

function network() {
  const device = new ReferenceDevice()
  const weight = (shape: readonly number[], seed: number) =>
    tensor(samples(shape, seed), shape, { device, requiresGradient: true })
  const parameters = new Map([
    ['hidden.weight', weight([HIDDEN, INPUTS], 20)],
    ['hidden.bias', weight([HIDDEN], 21)],
    ['out.weight', weight([CLASSES, HIDDEN], 22)],
  ])
  const [hidden, bias, out] = parameters.values()
  const lossOf = (classWeights?: number[]) => (batch: readonly Row[]) => {
    const x = tensor(Float64Array.from(batch.flatMap(r => [...r.x])), [batch.length, INPUTS], { device })
    const labels = batch.map(r => r.label)
    return crossEntropy(linear(tanh(linear(x, hidden, bias)), out), labels, classWeights ? { classWeights } : {})
  }
  return { parameters, lossOf, device }
}

/** Gradients, the loss and the weights after one step, from these batches. */
function trained(batches: readonly (readonly Row[])[], classWeights?: number[]) {
  const { parameters, lossOf, device } = network()
  const weight = (batch: readonly Row[]) => batch.reduce((sum, r) => sum + (classWeights?.[r.label] ?? 1), 0)
  const state = new OptimizerState(adam, parameters)
  const blocks = device.liveBlocks
  const loss = accumulateGradients(batches, { weight, loss: lossOf(classWeights) })
  assert.equal(device.liveBlocks - blocks, parameters.size)
  const gradients = [...parameters.values()].flatMap(t => [...(t.gradient?.toArray() ?? [])])
  state.step(0.1, 1)
  zeroGradients(parameters.values())
  return [loss, ...gradients, ...[...parameters.values()].flatMap(t => [...t.toArray()])]
}

function assertNear(actual: readonly number[], expected: readonly number[], tolerance: number) {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= tolerance, `[${i}]: expected ${expected[i]}, got ${value}`)
  })
}

test('batches of the same size have the gradient of one with all rows', () => {
  assertNear(trained(groupsOf(rows, 4)), trained([rows]), TOLERANCE)
})

test('batches of different sizes count by their rows', () => {
  assertNear(trained([rows.slice(0, 7), rows.slice(7, 8), rows.slice(8)]), trained([rows]), TOLERANCE)
})

test('with class weights, batches count by the weights of their rows', () => {
  assertNear(trained(groupsOf(rows, 5), CLASS_WEIGHTS), trained([rows], CLASS_WEIGHTS), TOLERANCE)
})

test('groups keep the order, and the last has what is left', () => {
  assert.deepEqual(groupsOf([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]])
  assert.deepEqual(groupsOf([1, 2], 4), [[1, 2]])
  assert.deepEqual(groupsOf([], 2), [])
})
