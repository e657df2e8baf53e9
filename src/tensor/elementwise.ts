/**
 * Element-wise operations written in the formula language: one pass over memory forward, one backward, whatever the
 * expression. All arithmetic of tensors (`pointwise.ts`) and a user's own fused operations are made here.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { type Expression, topological, variable } from '../formula/expression.ts'
import { FusedOperation, variablesOf } from './fused-operation.ts'
import { type Operands, runFused } from './run-fused.ts'
import type { Tensor } from './tensor.ts'

/** Expressions that are kept compiled, least recently made first. */
const KEPT_EXPRESSIONS = 512
const kept = new Map<string, FusedOperation>()

/**
 * Computes an expression element by element over tensors of shapes that broadcast (NumPy's rules), fused into one
 * operation; its gradient follows.
 *
 *     elementwise(([x, gate]) => mul(x, sigmoid(gate)), [x, gate])
 *     elementwise(add(variable('x'), mul(scalar('rate'), variable('y'))), { x, y, rate: 0.1 })
 *     const [c, h] = elementwise(([i, f]) => [c, h], [i, f])       several outputs
 *
 * Numbers that change from call to call are `scalar` leaves; a number in the expression makes a program of its own.
 *
 * @param write   An expression, several, or a function that gets a variable for each input and returns such.
 * @param inputs  The tensors in the function's order, or tensors and numbers by the names in the expression.
 * @returns       A tensor of the shape that the inputs widen to; an array of these if several were written.
 * @throws {ShapeError}  The shapes do not broadcast.
 * @throws {OptionError} A name has no operand, or the tensors are on different devices.
 */
export function elementwise(
  write: Expression | ((inputs: readonly Expression[]) => Expression),
  inputs: Operands | readonly Tensor[],
): Tensor
export function elementwise(
  write: readonly Expression[] | ((inputs: readonly Expression[]) => readonly Expression[]),
  inputs: Operands | readonly Tensor[],
): Tensor[]
export function elementwise(
  write: Expression | readonly Expression[] | ((inputs: readonly Expression[]) => Expression | readonly Expression[]),
  inputs: Operands | readonly Tensor[],
): Tensor | Tensor[] {
  const operands: Operands = Array.isArray(inputs)
    ? Object.fromEntries(inputs.map((tensor: Tensor, k) => [`input ${k}`, tensor]))
    : (inputs as Operands)
  const written = typeof write === 'function' ? write(Object.keys(operands).map(variable)) : write
  const isOne = 'op' in written
  const outputs = isOne ? [written] : written
  requireOperands(outputs, operands)
  const results = runFused('elementwise', fusedOf(outputs), operands)
  return isOne ? results[0] : results
}

function requireOperands(outputs: readonly Expression[], operands: Operands): void {
  for (const e of topological(outputs)) {
    if (e.op !== 'variable' && e.op !== 'scalar') continue
    const operand = operands[e.name as string]
    const isRight = e.op === 'scalar' ? typeof operand === 'number' : typeof operand === 'object'
    if (isRight) continue
    throw new OptionError(
      `elementwise: expected a ${e.op === 'scalar' ? 'number' : 'tensor'} for the ${e.op} ${shown(e.name)}, ` +
        `got ${typeof operand === 'object' ? 'a tensor' : shown(operand)}. Pass it by its name, among the inputs.`,
    )
  }
  if (variablesOf(outputs).length > 0) return
  throw new OptionError(
    'elementwise: expected an expression over a variable, got none. Use full for a constant tensor.',
  )
}

/** The operation for outputs of this structure, made once. */
function fusedOf(outputs: readonly Expression[]): FusedOperation {
  const ids = new Map<Expression, number>()
  const nodes = topological(outputs).map(e => {
    ids.set(e, ids.size)
    return [e.op, e.name ?? '', Object.is(e.value, -0) ? '-0' : e.value, ...e.args.map(a => ids.get(a))].join(':')
  })
  const key = [...nodes, outputs.map(e => ids.get(e)).join()].join('|')
  const known = kept.get(key)
  if (known) return known
  const made = new FusedOperation(variablesOf(outputs), outputs)
  if (kept.size >= KEPT_EXPRESSIONS) kept.delete(kept.keys().next().value as string)
  kept.set(key, made)
  return made
}
