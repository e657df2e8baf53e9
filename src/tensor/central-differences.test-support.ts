/**
 * Gradients against central differences in 64 bits:
 *
 *   ∂L/∂x_i ≈ (L(x + h e_i) − L(x − h e_i)) / 2h,   L = Σ w ⊙ y with fixed weights w
 *
 * Truncation is of order h² = 1e−10 and rounding of order 1e−16 / h = 1e−11, both far below the tolerance.
 */
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { normals } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { tensor } from './create.ts'
import { type Shape, sizeOf } from './layout.ts'
import { add, mul } from './pointwise.ts'
import { sum } from './reduce.ts'
import { step } from './step.ts'
import { backward, zeroGradients } from './tape.ts'
import type { Tensor } from './tensor.ts'

const STEP = 1e-5
/** The smaller step of Richardson's combination: its error is of order h⁴, so it may be wider. */
const WIDER = 1e-4
/** Relative to the difference quotient, or to this part of 1 where that is smaller. */
const TOLERANCE = 1e-6
const SMALL = 0.1
/** Where operations of the table have kinks, and how far values stay away from them. */
const KINKS = [-3, -1, 0, 1, 3]
const DISTANCE = 0.05

export type Computation = (inputs: Tensor[]) => Tensor | Tensor[]

/** Numbers of both signs, not near a kink; the same for the same shape and seed. */
export function samples(shape: Shape, seed = 0): Float64Array {
  return Float64Array.from(normals(keyOf(seed, 'samples'), sizeOf(shape)), z => {
    const value = 1.5 * z
    return KINKS.some(kink => Math.abs(value - kink) < DISTANCE) ? value + 2.5 * DISTANCE : value
  })
}

export interface CheckedInput {
  readonly shape: Shape
  /** Default: `samples`. */
  readonly values?: ArrayLike<number>
}

/** @throws A gradient differs, or all are zero, or memory is left behind. */
export function checkGradients(compute: Computation, inputs: readonly (Shape | CheckedInput)[]): void {
  const device = new ReferenceDevice()
  const leaves = inputs.map((input, k) => {
    const { shape, values } = 'shape' in input ? input : { shape: input, values: undefined }
    return tensor(Float64Array.from(values ?? samples(shape, k)), shape, { device, requiresGradient: true })
  })
  const before = device.liveBlocks
  step(() => backward(lossOf(compute(leaves))))
  const made = leaves.filter(leaf => leaf.gradient !== null).length
  require(device.liveBlocks - before === made, () => 'a step leaves the gradients and nothing else')

  const derived = leaves.map(leaf => leaf.gradient?.toArray() ?? new Float64Array(sizeOf(leaf.shape)))
  require(derived.some(gradient => gradient.some(g => g !== 0)), () => 'all gradients are zero')
  for (const [k, leaf] of leaves.entries())
    compare(`input ${k}`, derived[k], differences(compute, leaves, leaf, derived[k]))
  checkLeaks(compute, leaves, device)
}

/** Outside a step the backward pass gives back all that it borrowed. */
function checkLeaks(compute: Computation, leaves: Tensor[], device: ReferenceDevice): void {
  zeroGradients(leaves)
  const loss = lossOf(compute(leaves))
  const before = device.liveBlocks
  backward(loss)
  const made = leaves.filter(leaf => leaf.gradient !== null).length
  const left = device.liveBlocks - before - made
  require(left <= 0, () => `backward left ${left} blocks`)
}

/** Σ w ⊙ y over all outputs, [ ]. */
function lossOf(outputs: Tensor | Tensor[]): Tensor {
  const parts = [outputs].flat().map((y, k) => {
    const weights = tensor(samples(y.shape, 100 + k), y.shape, { device: y.device })
    return sum(mul(y, weights))
  })
  return parts.reduce((total, part) => add(total, part))
}

function differences(compute: Computation, leaves: Tensor[], leaf: Tensor, derived: ArrayLike<number>): Float64Array {
  const { device, matrix } = leaf
  const values = leaf.toArray().slice()
  const lossAt = (i: number, shift: number): number => {
    device.write(matrix, values.with(i, values[i] + shift))
    return step(() => lossOf(compute(leaves)).item())
  }
  const quotient = (i: number, h: number) => (lossAt(i, h) - lossAt(i, -h)) / (2 * h)
  const quotients = Float64Array.from(values, (_, i) => {
    const simple = quotient(i, STEP)
    // Where the function bends so much that the error of order h² shows, Richardson's combination of two cancels it.
    return isClose(derived[i], simple) ? simple : (4 * quotient(i, WIDER) - quotient(i, 2 * WIDER)) / 3
  })
  device.write(matrix, values)
  return quotients
}

const allowedAt = (expected: number): number => TOLERANCE * Math.max(Math.abs(expected), SMALL)
const isClose = (actual: number, expected: number): boolean => Math.abs(actual - expected) <= allowedAt(expected)

function compare(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    require(isClose(actual[i], expected[i]), () =>
      `${what}, element ${i}: gradient ${actual[i]}, differences ${expected[i]}, allowed ${allowedAt(expected[i])}`)
  }
}

function require(holds: boolean, message: () => string): void {
  if (!holds) throw new Error(message())
}
