/**
 * The interpreter: expressions evaluated in plain TypeScript, 64 bits. Slow, obvious, and the oracle for the kernels.
 */
import { type Expression, topological } from './expression.ts'
import { operations } from './operations.ts'

/** A value: one number for all elements, or one an element. */
export type Value = number | Float64Array

/**
 * Evaluates expressions over vectors.
 *
 * @param roots  What to evaluate.
 * @param leaf   The value of a leaf (or product): [width] or one number for all. Constants are known.
 * @param width  Elements of a vector.
 * @returns      A vector [width] for each root, fresh memory.
 */
export function interpret(roots: readonly Expression[], leaf: (e: Expression) => Value, width: number): Float64Array[] {
  const values = new Map<Expression, Value>()
  for (const e of topological(roots)) values.set(e, evaluateNode(e, values, leaf, width))
  return roots.map((root) => {
    const value = values.get(root) as Value
    return typeof value === 'number' ? new Float64Array(width).fill(value) : value.slice()
  })
}

function evaluateNode(
  e: Expression,
  values: ReadonlyMap<Expression, Value>,
  leaf: (e: Expression) => Value,
  width: number,
): Value {
  if (e.op === 'constant') return e.value as number
  const operation = operations[e.op]
  if (!operation) return leaf(e)
  const args = e.args.map((a) => values.get(a) as Value)
  if (args.every((a) => typeof a === 'number')) return operation.evaluate(...(args as number[]))
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

/** One number from an expression over numbers. */
export function evaluate(root: Expression, leaf: (e: Expression) => number): number {
  return (interpret([root], leaf, 1)[0] as Float64Array)[0] as number
}
