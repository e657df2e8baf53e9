/** Expressions with some of their nodes exchanged. */
import { type Expression, topological } from './expression.ts'
import type { Graph } from './graph.ts'

/** The expression with nodes exchanged; what is exchanged is not looked into. */
export function substitute(graph: Graph, root: Expression, exchange: ReadonlyMap<Expression, Expression>): Expression {
  return substituteAll(graph, [root], exchange)[0] as Expression
}

/** The same for many expressions at once: what they share is visited once. */
export function substituteAll(
  graph: Graph,
  roots: readonly Expression[],
  exchange: ReadonlyMap<Expression, Expression>,
): Expression[] {
  const done = new Map<Expression, Expression>()
  const exchanged = (e: Expression) => exchange.get(e) ?? (done.get(e) as Expression)
  const starts = roots.map(root => graph.add(root))
  for (const e of topological(starts, node => exchange.has(node))) {
    done.set(e, e.args.length === 0 ? e : graph.rebuild(e, e.args.map(exchanged)))
  }
  return starts.map(exchanged)
}
