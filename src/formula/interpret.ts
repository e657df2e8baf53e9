/**
 * The interpreter: expressions evaluated in plain TypeScript, 64 bits. Slow, obvious, and the oracle for the kernels.
 */
import { type Expression, topological } from './expression.ts'
import { operations } from './operations.ts'

/** A value: one number for all elements, or one an element. */
export type Value = number | Float64Array

export type LeafValue = (leaf: Expression, args: readonly Value[]) => Value

/**
 * Evaluates expressions over vectors.
 *
 * @param roots  What to evaluate.
 * @param leaf   The value of a leaf, or of a product given its operand's value: [width] or one number for all.
 *               Constants are known.
 * @param width  Elements of a vector.
 * @returns      A vector [width] for each root, fresh memory.
 */
export function interpret(roots: readonly Expression[], leaf: LeafValue, width: number): Float64Array[] {
  const values = interpretAll(roots, leaf, width)
  return roots.map(root => {
    const value = values.get(root) as Value
    return typeof value === 'number' ? new Float64Array(width).fill(value) : value.slice()
  })
}

/** The value of every node below the roots. */
export function interpretAll(roots: readonly Expression[], leaf: LeafValue, width: number): Map<Expression, Value> {
  const values = new Map<Expression, Value>()
  for (const e of topological(roots)) {
    const args = e.args.map(a => values.get(a) as Value)
    values.set(e, evaluateNode(e, args, leaf, width))
  }
  return values
}

function evaluateNode(e: Expression, args: readonly Value[], leaf: LeafValue, width: number): Value {
  if (e.op === 'constant') return e.value as number
  if (e.op === 'rowMean') return meanOf(args[0] as Value)
  const operation = operations[e.op]
  if (!operation) return leaf(e, args)
  if (args.every(a => typeof a === 'number')) return operation.evaluate(...(args as number[]))
  const out = new Float64Array(width)
  const row = new Array<number>(args.length)
  for (let j = 0; j < width; j++) {
    for (let i = 0; i < args.length; i++) {
      const a = args[i] as Value
      row[i] = typeof a === 'number' ? a : (a[j] as number)
    }
    out[j] = operation.evaluate(...row)
  }
  return out
}

/** Over the elements of a vector; one number for all is its own mean. */
const meanOf = (value: Value): number =>
  typeof value === 'number' ? value : value.reduce((sum, x) => sum + x, 0) / value.length

/** One number from an expression over numbers. */
export function evaluate(root: Expression, leaf: (e: Expression) => number): number {
  return (interpret([root], leaf, 1)[0] as Float64Array)[0] as number
}
