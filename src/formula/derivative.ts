/**
 * The symbolic derivative: reverse mode over a graph (Griewank & Walther 2008, ch. 3), the adjoints being expressions
 * again. Common parts are shared by the graph; nothing is evaluated.
 */
import { add, type Expression, topological } from './expression.ts'
import type { Graph } from './graph.ts'
import { expandOnce, gradientOf, operations } from './operations.ts'
import { substitute } from './substitution.ts'

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
  return throughExpansion(graph, e, g)
}

/**
 * An operation without a rule of its own: through its expansion, with stand-ins for its arguments and for g, so that
 * neither is looked into. The stand-ins are named for the operation: one expansion may hold another.
 */
function throughExpansion(graph: Graph, e: Expression, g: Expression): (Expression | null)[] {
  const standIn = (what: string): Expression => graph.add({ op: 'variable', args: [], name: `${e.op} ${what}` })
  const args = e.args.map((_, i) => standIn(`argument ${i}`))
  const adjoint = standIn('adjoint')
  const expansion = graph.add(expandOnce({ ...e, args }) as Expression)
  const inner = adjoints(graph, [[expansion, adjoint]])
  const back = new Map([[adjoint, g], ...e.args.map((a, i) => [args[i] as Expression, a] as const)])
  return args.map(a => {
    const part = inner.get(a)
    return part ? substitute(graph, part, back) : null
  })
}

/** d(expression)/d(variable) with adjoint g for the output; null when it does not depend on it. */
export function derivative(graph: Graph, output: Expression, g: Expression, wrt: Expression): Expression | null {
  return adjoints(graph, [[graph.add(output), g]]).get(graph.add(wrt)) ?? null
}
