/**
 * The symbolic derivative: reverse mode over a graph (Griewank & Walther 2008, ch. 3), the adjoints being expressions
 * again. Common parts are shared by the graph; nothing is evaluated.
 */
import { add, type Expression, topological } from './expression.ts'
import type { Graph } from './graph.ts'
import { expandOnce, gradientOf, operations } from './operations.ts'

/** What the caller does with the adjoint of a product or another leaf that has arguments. */
export type LeafRule = (leaf: Expression, adjoint: Expression) => (Expression | null)[]

/**
 * Adjoints of all nodes below the seeded ones.
 *
 * @param graph   The graph that all nodes belong to; the adjoints are made in it.
 * @param seeds   [node, its adjoint] pairs: the outputs and the loss's derivative with respect to each.
 * @param rule    Contributions to the arguments of nodes that are no operation (`recurrent` of a quantity).
 * @returns       The adjoint of every node that the loss depends on.
 */
export function adjoints(
  graph: Graph,
  seeds: readonly (readonly [Expression, Expression])[],
  rule: LeafRule = leaf => leaf.args.map(() => null),
): Map<Expression, Expression> {
  const total = new Map<Expression, Expression>()
  const contribute = (e: Expression, g: Expression | null) => {
    if (!g) return
    const adjoint = graph.add(g)
    if (adjoint.op === 'constant' && adjoint.value === 0) return
    const before = total.get(e)
    total.set(e, before ? graph.add(add(before, adjoint)) : adjoint)
  }
  for (const [e, g] of seeds) contribute(e, g)
  const order = topological(seeds.map(([e]) => e))
  for (let k = order.length - 1; k >= 0; k--) {
    const e = order[k] as Expression
    const g = total.get(e)
    if (!g || e.args.length === 0) continue
    const parts = contributions(graph, e, g, rule)
    e.args.forEach((a, i) => {
      contribute(a, parts[i] ?? null)
    })
  }
  return total
}

function contributions(graph: Graph, e: Expression, g: Expression, rule: LeafRule): (Expression | null)[] {
  const operation = operations[e.op]
  if (!operation) return rule(e, g)
  const parts = gradientOf(e.op, e.args, e, g)
  if (parts) return parts
  // An operation without a rule of its own: through its expansion, cut off at this operation's arguments.
  const expansion = graph.add(expandOnce(e) as Expression)
  return differentiateTo(graph, expansion, g, e.args)
}

/** Adjoints of `targets` when `root` has adjoint g; the targets are taken as leaves. */
function differentiateTo(graph: Graph, root: Expression, g: Expression, targets: readonly Expression[]) {
  const stand = targets.map((_, i) => graph.add({ op: 'variable', args: [], name: `derivative argument ${i}` }))
  const forth = new Map(targets.map((t, i) => [t, stand[i] as Expression]))
  const back = new Map(targets.map((t, i) => [stand[i] as Expression, t]))
  const cut = substitute(graph, root, forth)
  const inner = adjoints(graph, [[cut, g]])
  return stand.map(s => {
    const adjoint = inner.get(s)
    return adjoint ? substitute(graph, adjoint, back) : null
  })
}

/** The expression with nodes exchanged; what is exchanged is not looked into. */
export function substitute(graph: Graph, root: Expression, exchange: ReadonlyMap<Expression, Expression>): Expression {
  const done = new Map(exchange)
  const start = graph.add(root)
  for (const e of topological([start], node => exchange.has(node))) {
    done.set(
      e,
      e.args.length === 0
        ? e
        : graph.rebuild(
            e,
            e.args.map(a => done.get(a) as Expression),
          ),
    )
  }
  return done.get(start) as Expression
}

/** d(expression)/d(variable) with adjoint g for the output; null when it does not depend on it. */
export function derivative(graph: Graph, output: Expression, g: Expression, wrt: Expression): Expression | null {
  return adjoints(graph, [[graph.add(output), g]]).get(graph.add(wrt)) ?? null
}
