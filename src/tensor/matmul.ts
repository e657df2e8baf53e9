/**
 * Products of matrices. Operands are transposed inside the product, never copied.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { isSameShape, type Shape } from './layout.ts'
import { borrowUnset } from './memory.ts'
import { record } from './tape.ts'
import { allocate, deviceOf, type Tensor } from './tensor.ts'

export interface MatmulOptions {
  /** Use the transpose of a's last two dimensions: a is [.., K, M]. @default false */
  readonly transposeA?: boolean
  /** Use the transpose of b's last two dimensions: b is [.., N, K]. @default false */
  readonly transposeB?: boolean
}

/**
 * Multiplies matrices: c = op(a) · op(b), one product for each leading index.
 *
 * @param a  [.., M, K].
 * @param b  [.., K, N] with the same leading dimensions, or [K, N] for all of them.
 * @returns  [.., M, N].
 * @throws {ShapeError}  The inner sizes differ, an operand has fewer than two dimensions, or the leading ones differ.
 * @throws {OptionError} They are on different devices.
 * @see torch.matmul
 */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: MatmulOptions = {}): Tensor {
  const sizes = sizesOf(a.shape, b.shape, { transposeA, transposeB })
  const device = deviceOf('matmul', [a, b])
  const c = allocate(device, [...sizes.lead, sizes.m, sizes.n])
  const plan: Plan = { transposeA, transposeB, batches: sizes.batches, sharedB: sizes.sharedB }
  multiply(device, c.matrix, a.matrix, b.matrix, plan)
  record({
    name: 'matmul',
    outputs: [c],
    inputs: [a, b],
    backward: ([dc], needs) => {
      const gradient = dc as Matrix
      return [
        needs[0] ? gradientOfA(device, gradient, a.matrix, b.matrix, plan) : null,
        needs[1] ? gradientOfB(device, gradient, a.matrix, b.matrix, plan) : null,
      ]
    },
  })
  return c
}

/** One product a batch; `sharedB`: the same b in each. */
interface Plan {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly batches: number
  readonly sharedB: boolean
}

function sizesOf(a: Shape, b: Shape, { transposeA, transposeB }: Required<MatmulOptions>) {
  if (a.length < 2 || b.length < 2)
    throw mismatch('two dimensions or more', a, b, 'Reshape a vector to [1, N] or [N, 1].')
  const [m, k] = lastTwo(a, transposeA)
  const [k2, n] = lastTwo(b, transposeB)
  const inner = `the same inner size (${transposeA ? 'aᵀ' : 'a'} [.., M, K], ${transposeB ? 'bᵀ' : 'b'} [.., K, N])`
  if (k !== k2) throw mismatch(inner, a, b, 'Transpose or reshape one of them.')
  const lead = a.slice(0, -2)
  const isSame = isSameShape(lead, b.slice(0, -2))
  if (!isSame && b.length !== 2) {
    throw mismatch('equal leading dimensions, or b with two dimensions', a, b, 'Use expand on the smaller one.')
  }
  const batches = lead.reduce((product, size) => product * size, 1)
  // Without a transpose of a, all batches that share b are one product with more rows.
  const isOne = !isSame && !transposeA
  return { m, n, lead, batches: isOne ? 1 : batches, sharedB: !isSame || batches === 1 }
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2)
  return transposed ? [columns, rows] : [rows, columns]
}

function mismatch(expected: string, a: Shape, b: Shape, advice: string): ShapeError {
  return new ShapeError(`matmul: expected operands with ${expected}, got ${shown(a)} and ${shown(b)}. ${advice}`)
}

/** c = op(a) · op(b) for each batch. */
function multiply(device: Device, c: Matrix, a: Matrix, b: Matrix, plan: Plan): void {
  const { transposeA, transposeB, batches, sharedB } = plan
  for (let i = 0; i < batches; i++) {
    const [target, left] = [part(device, c, i, batches), part(device, a, i, batches)]
    device.product(target, left, sharedB ? b : part(device, b, i, batches), { transposeA, transposeB })
  }
}

/** The rows of one batch. */
function part(device: Device, matrix: Matrix, index: number, batches: number): Matrix {
  if (batches === 1) return matrix
  const rows = matrix.rows / batches
  return device.rowsOf(matrix, index * rows, rows)
}

/** da = dc · op(b)ᵀ, or, for aᵀ, op(b) · dcᵀ. */
function gradientOfA(device: Device, dc: Matrix, a: Matrix, b: Matrix, plan: Plan): Matrix {
  const { transposeA, transposeB, batches, sharedB } = plan
  const da = borrowUnset(device, a.rows, a.columns)
  for (let i = 0; i < batches; i++) {
    const [target, c] = [part(device, da, i, batches), part(device, dc, i, batches)]
    const right = sharedB ? b : part(device, b, i, batches)
    if (transposeA) device.product(target, right, c, { transposeA: transposeB, transposeB: true })
    else device.product(target, c, right, { transposeB: !transposeB })
  }
  return da
}

/** db = op(a)ᵀ · dc, or, for bᵀ, dcᵀ · op(a); summed over the batches, in order, when they share b. */
function gradientOfB(device: Device, dc: Matrix, a: Matrix, b: Matrix, plan: Plan): Matrix {
  const { transposeA, transposeB, batches, sharedB } = plan
  const db = borrowUnset(device, b.rows, b.columns)
  for (let i = 0; i < batches; i++) {
    const [left, c] = [part(device, a, i, batches), part(device, dc, i, batches)]
    const target = sharedB ? db : part(device, db, i, batches)
    const accumulate = sharedB && i > 0
    if (transposeB) device.product(target, c, left, { transposeA: true, transposeB: transposeA, accumulate })
    else device.product(target, left, c, { transposeA: !transposeA, accumulate })
  }
  return db
}
