/** A cell as it predicts: without its noise. Apart from the other rewrites, which no page needs that predicts. */
import { type Equations, rootsOf } from './equations.ts'
import { constant, type Expression, topological } from './expression.ts'

/** The equations with all masks 1, as when predicting. */
export function withoutMasks<E extends Equations>(cell: E): E {
  return mapped(cell, e => (e.op === 'mask' || e.op === 'sequenceMask' ? constant(1) : e))
}

/** Every node, rebuilt from its mapped arguments, mapped. */
export function mapped<E extends Equations>(cell: E, map: (e: Expression) => Expression): E {
  const done = new Map<Expression, Expression>()
  for (const e of topological(rootsOf(cell))) {
    const args = e.args.map(a => done.get(a) as Expression)
    done.set(e, map(args.every((a, i) => a === e.args[i]) ? e : { ...e, args }))
  }
  const all = (record: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(record).map(([name, e]) => [name, done.get(e) as Expression]))
  return { ...cell, state: all(cell.state), quantities: all(cell.quantities) }
}
