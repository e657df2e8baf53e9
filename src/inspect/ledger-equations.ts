/**
 * Which states of a cell have a ledger, found from the equations alone.
 *
 * With all other named quantities of this step taken as given numbers, the state's equation has to be
 *
 *   s_t = a_t ⊙ s_{t-1} + b_t        a_t not identically 0
 *
 * lstm: c, a = forgetGate, b = inputGate ⊙ candidate. gru: h, a = updateGate. rnn: none, for all of h is made anew.
 */

import type { Equations } from '../formula/equations.ts'
import { rootsOf } from '../formula/equations.ts'
import { constant, type Expression, topological } from '../formula/expression.ts'
import { Graph } from '../formula/graph.ts'
import { withoutMasks } from '../formula/without-masks.ts'

/** What a state keeps of itself, and what is written into it. */
export interface DirectPath {
  /** a_t: the share of s_{t-1} that stays. */
  readonly keep: Expression
  /** b_t. */
  readonly write: Expression
}

/** An expression as keep ⊙ s_{t-1} + write; keep null: it does not depend on s_{t-1}. */
interface Split {
  readonly keep: Expression | null
  readonly write: Expression
}

/** The direct path of each state that has one, in the order of the states. */
export function directPaths(cell: Equations): Map<string, DirectPath> {
  const calm = withoutMasks(cell)
  const found = Object.keys(calm.state).flatMap((state): [string, DirectPath][] => {
    const path = directPath(calm, state)
    return path ? [[state, path]] : []
  })
  return new Map(found)
}

function directPath(cell: Equations, state: string): DirectPath | null {
  const graph = new Graph()
  const root = graph.add(cell.state[state])
  // A name for the state's own value, or for a state before, is not another quantity of this step.
  const others = rootsOf(cell).map(e => graph.add(e))
  const given = new Set(others.filter(e => e !== root && e.op !== 'previous'))
  const splits = new Map<Expression, Split | null>()
  for (const e of topological([root], node => given.has(node))) {
    splits.set(
      e,
      splitOf(graph, state, e, a => (given.has(a) ? { keep: null, write: a } : (splits.get(a) as Split | null))),
    )
  }
  const split = splits.get(root)
  if (!split?.keep || isZero(split.keep)) return null
  return { keep: split.keep, write: split.write }
}

const isZero = (e: Expression): boolean => e.op === 'constant' && e.value === 0

/** Null: it depends on s_{t-1}, but not in this form. */
function splitOf(graph: Graph, state: string, e: Expression, of: (argument: Expression) => Split | null): Split | null {
  const alone: Split = { keep: null, write: e }
  if (e.op === 'previous')
    return e.name === state ? { keep: graph.add(constant(1)), write: graph.add(constant(0)) } : alone
  const parts = e.args.map(of)
  if (parts.every(part => part !== null && part.keep === null)) return alone
  if (parts.includes(null)) return null
  const rule = linearRules[e.op]
  return rule ? rule(parts as Split[], (op, ...args) => graph.add({ op, args })) : null
}

type Make = (op: string, ...args: Expression[]) => Expression

const zero = constant(0)
const keepOf = ({ keep }: Split): Expression => keep ?? zero
/** One operation on both parts. */
const onBoth = (make: Make, op: string, parts: readonly Split[]): Split => ({
  keep: make(op, ...parts.map(keepOf)),
  write: make(op, ...parts.map(part => part.write)),
})

/** How operations carry keep ⊙ s + write on, one argument at least depending on s. */
const linearRules: Readonly<Record<string, (parts: readonly Split[], make: Make) => Split | null>> = {
  add: (parts, make) => onBoth(make, 'add', parts),
  sub: (parts, make) => onBoth(make, 'sub', parts),
  neg: (parts, make) => onBoth(make, 'neg', parts),
  mul: ([a, b], make) => {
    if (a.keep && b.keep) return null
    const [part, factor] = a.keep ? [a, b.write] : [b, a.write]
    return { keep: make('mul', keepOf(part), factor), write: make('mul', part.write, factor) }
  },
  div: ([a, b], make) =>
    b.keep ? null : { keep: make('div', keepOf(a), b.write), write: make('div', a.write, b.write) },
  ifLess: (parts, make) => chosen(make, 'ifLess', parts),
  ifLessEqual: (parts, make) => chosen(make, 'ifLessEqual', parts),
  ifEqual: (parts, make) => chosen(make, 'ifEqual', parts),
}

/** Either of two, where what decides does not depend on s. */
function chosen(make: Make, op: string, [a, b, x, y]: readonly Split[]): Split | null {
  if (a.keep || b.keep) return null
  const either = (one: Expression, other: Expression) => make(op, a.write, b.write, one, other)
  return { keep: either(keepOf(x), keepOf(y)), write: either(x.write, y.write) }
}
