/**
 * What both sides of the comparison with PyTorch are made from, the same formula as in tools/golden/torch_recurrent.py;
 * and how two tensors are compared.
 */
import type { Device } from '../../src/devices/device.ts'
import { ReferenceDevice } from '../../src/devices/reference/reference-device.ts'
import { createWasmDevice } from '../../src/devices/wasm/wasm-device.ts'
import { add, mul, sum, type Tensor, tensor } from '../../src/tensor/index.ts'

export interface Side {
  readonly name: string
  readonly create: () => Device
  /** Most of max|a − b| / max|b| over a tensor. */
  readonly tolerance: number
}

/** 32 bits: 24 of fraction, sums of up to some fifty terms, a dozen steps. 64 bits: the ten digits of the files. */
export const sides: readonly Side[] = [
  { name: 'reference', create: () => new ReferenceDevice(), tolerance: 1e-9 },
  { name: 'wasm relaxed', create: () => createWasmDevice({ arithmetic: 'relaxed' }), tolerance: 1e-5 },
  { name: 'wasm plain', create: () => createWasmDevice({ arithmetic: 'plain' }), tolerance: 1e-5 },
]

/** Numbers that look random, exact in 32 bits; the name keeps tensors apart. */
export function wave(name: string, shape: readonly number[], amplitude: number, seed = 0): Float32Array {
  const code = Array.from(name).reduce((total, c, i) => total + (i + 1) * (c.codePointAt(0) as number), 0)
  const phase = seed + (code % 1000)
  const size = shape.reduce((product, n) => product * n, 1)
  return Float32Array.from({ length: size }, (_, k) => amplitude * Math.sin(phase + 1.7 * k + 0.31 * k * k))
}

/** Of a weight: as large as trained ones. */
export const amplitudeOf = (shape: readonly number[]): number =>
  shape.length === 1 ? 0.5 : 1.5 / Math.sqrt(shape[shape.length - 1])

/** A leaf that requires its gradient. */
export function leaf(device: Device, name: string, shape: readonly number[], amplitude: number, seed = 0): Tensor {
  return tensor(wave(name, shape, amplitude, seed), shape, { device, requiresGradient: true })
}

/** Σ over all results of wave ⊙ result. */
export function weightedLoss(results: Readonly<Record<string, Tensor>>, seed = 0): Tensor {
  const parts = Object.entries(results).map(([name, t]) =>
    sum(mul(t, tensor(wave(`loss.${name}`, t.shape, 1, seed), t.shape, { device: t.device }))),
  )
  return parts.reduce((total, part) => add(total, part))
}

/** @throws The largest difference is more than the tolerance allows; says where. */
export function compare(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what}: expected ${expected.length} numbers, got ${actual.length}`)
  }
  const scale = Array.from(expected).reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  // A NaN is the worst of all.
  const differences = Array.from(expected, (v, i) => Math.abs(actual[i] - v)).map(d => (Number.isNaN(d) ? Infinity : d))
  const worst = differences.reduce((at, d, i) => (d <= differences[at] ? at : i), 0)
  if (differences[worst] <= tolerance * scale) return
  throw new Error(
    `${what} [${worst}]: expected ${expected[worst]}, got ${actual[worst]}; difference ${differences[worst]}, ` +
      `allowed ${tolerance} · ${scale}`,
  )
}
