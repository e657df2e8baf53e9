/**
 * The operations of the formula language on tensors: every entry of the table `operations`, by its name.
 *
 * Shapes broadcast as NumPy's; a number may stand for an operand, but not for all. Gradients at a kink are PyTorch's.
 * A new entry of the table is at once known to `applyOperation`; its constant here gives it a name and a type.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { apply, scalar, variable } from '../formula/expression.ts'
import { operations } from '../formula/operations.ts'
import { FusedOperation } from './fused-operation.ts'
import { runFused } from './run-fused.ts'
import type { Tensor } from './tensor.ts'

export type Operand = Tensor | number

const operandName = (k: number): string => `operand ${k}`
const made = new Map<string, FusedOperation>()

/**
 * Applies an operation of the formula language, element by element.
 *
 * @param name      A key of the table `operations`.
 * @param operands  As many as it takes; at least one is a tensor.
 * @returns         The shape that the operands widen to.
 * @throws {OptionError} There is no such operation, or it takes another number of operands, or none is a tensor.
 * @throws {ShapeError}  The shapes do not broadcast.
 */
export function applyOperation(name: string, operands: readonly Operand[]): Tensor {
  const operation = Object.hasOwn(operations, name) ? operations[name] : null
  if (!operation) {
    throw new OptionError(
      `applyOperation: expected one of ${Object.keys(operations).join(', ')}, got ${shown(name)}. Choose one of these.`,
    )
  }
  const isTensor = operands.map(operand => typeof operand !== 'number')
  if (operands.length !== operation.arity || !isTensor.includes(true)) {
    throw new OptionError(
      `${name}: expected ${operation.arity} operands, at least one of them a tensor, got ` +
        `${operands.length === operation.arity ? 'numbers only' : operands.length}. ` +
        'Compute with numbers in plain JavaScript.',
    )
  }
  const key = `${name} ${isTensor.join()}`
  let fused = made.get(key)
  if (!fused) {
    const leaves = isTensor.map((is, k) => (is ? variable : scalar)(operandName(k)))
    fused = new FusedOperation(
      leaves.flatMap((_, k) => (isTensor[k] ? [operandName(k)] : [])),
      [apply(name, leaves)],
    )
    made.set(key, fused)
  }
  return runFused(name, fused, Object.fromEntries(operands.map((operand, k) => [operandName(k), operand])))[0]
}

const unary = (name: string) => (x: Tensor) => applyOperation(name, [x])
const binary = (name: string) => (x: Operand, y: Operand) => applyOperation(name, [x, y])
const choice = (name: string) => (a: Operand, b: Operand, x: Operand, y: Operand) => applyOperation(name, [a, b, x, y])

export const add = binary('add')
export const sub = binary('sub')
export const mul = binary('mul')
export const div = binary('div')
/** The smaller of two, element by element. */
export const min = binary('min')
/** The larger of two, element by element; `amax` is the largest along an axis. */
export const max = binary('max')
export const neg = unary('neg')
export const exp = unary('exp')
export const log = unary('log')
export const sqrt = unary('sqrt')
export const abs = unary('abs')
export const erf = unary('erf')
export const sigmoid = unary('sigmoid')
export const tanh = unary('tanh')
export const relu = unary('relu')
export const softplus = unary('softplus')
export const logSigmoid = unary('logSigmoid')
export const leakyRelu = unary('leakyRelu')
export const elu = unary('elu')
export const gelu = unary('gelu')
export const silu = unary('silu')
export const softsign = unary('softsign')
export const hardSigmoid = unary('hardSigmoid')
export const hardTanh = unary('hardTanh')

/** a < b ? x : y, element by element. No gradient reaches a or b. */
export const ifLess = choice('ifLess')
/** a ≤ b ? x : y. */
export const ifLessEqual = choice('ifLessEqual')
/** a = b ? x : y. */
export const ifEqual = choice('ifEqual')
