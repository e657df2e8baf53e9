/**
 * The backward half of a compiled cell: the symbolic derivative of a step, cut off at what the forward pass has at
 * hand, in stages: see `stages.ts`.
 */
import { adjoints } from './derivative.ts'
import { add, constant, type Expression, rowMean, topological, variable } from './expression.ts'
import { operations } from './operations.ts'
import type { ProgramOutput } from './program.ts'
import type { Made } from './slots.ts'
import {
  exchanged,
  type Layout,
  madeAt,
  meanStages,
  productStages,
  projectionStages,
  type Stage,
  stageProgram,
} from './stage-kinds.ts'

/** The gradient of a step as expressions over the forward graph, `dy`, `d.STATE` and `do.K`. */
export function differentiate(layout: Layout) {
  const { graph, state, equations, slots } = layout
  const projections = projectionStages(layout)
  const visited = new Set(projections.map(p => p.operand))
  const seeds = Object.entries(state).map(([name, e]): [Expression, Expression] => {
    const projection = projections.find(p => p.state === name)
    if (projection) return [e.args[0], graph.add(variable(`d${projection.operand}`))]
    const carried = variable(`d.${name}`)
    return [e, graph.add(name === equations.output ? add(variable('dy'), carried) : carried)]
  })
  const total = adjoints(graph, seeds, (leaf, g) => {
    if (leaf.op === 'rowMean') return [rowMean(g)]
    const operand = slots.find(s => s.name === leaf.name)?.operand
    // One product gives the gradient of an operand for all its slots, so it is counted once.
    if (!operand?.startsWith('o.') || visited.has(operand)) return leaf.args.map(() => null)
    visited.add(operand)
    return [variable(`d${operand}`)]
  })
  const of = (e: Expression) => total.get(e) ?? constant(0)
  const slotGradients = slots.map(s => ({ name: `dz.${s.name}`, value: of(layout.slotNode(s.name)) }))
  const stateGradients = Object.keys(state)
    .filter(s => state[s]?.op !== 'project')
    .map(s => ({ name: `d.${s}`, value: of(graph.add(layout.previousOf(s))) }))
  const parameterGradients = equations.parameters.map(p => ({
    name: `dw.${p}`,
    value: of(graph.add({ op: 'parameter', args: [], name: p })),
  }))
  return cut(layout, [...slotGradients, ...stateGradients, ...parameterGradients])
}

/**
 * Replaces forward values in the gradients by what will be at hand: states, parameters, and saved values. Cheap
 * operations are computed again from those.
 */
function cut(layout: Layout, gradients: readonly ProgramOutput[]) {
  const { graph, state, leafVariable } = layout
  const forward = new Set(topological(Object.values(state)))
  const saved: Expression[] = []
  const keptStates = new Set<string>()
  const exchange = new Map<Expression, Expression>()
  const stop = (e: Expression): boolean => {
    if (!forward.has(e) || e.op === 'constant') return false
    const stateName = Object.keys(state).find(s => state[s] === e)
    if (stateName !== undefined) {
      keptStates.add(stateName)
      exchange.set(e, variable(`n.${stateName}`))
    } else if (leafVariable.has(e) && e.op !== 'slot' && e.op !== 'rowMean') {
      if (e.op === 'previous') keptStates.add(e.name as string)
      exchange.set(e, leafVariable.get(e) as Expression)
    } else if (e.op === 'slot' || e.op === 'rowMean' || operations[e.op]?.expensive) {
      if (!exchange.has(e)) exchange.set(e, variable(`s.${saved.push(e) - 1}`))
    } else {
      return false
    }
    return true
  }
  topological(
    gradients.map(g => g.value),
    stop,
  )
  return { outputs: exchanged(graph, gradients, exchange), saved, keptStates }
}

/** Point-wise programs give dZ as soon as it can be known; products and means give in between what they need. */
export function backwardStages(layout: Layout, { outputs }: ReturnType<typeof cut>): Stage[] {
  const { graph, slots } = layout
  const { depthOf, gradientDepths, means } = gradientDepth(layout, outputs)
  const exchange = new Map(means.map(({ mean }, k) => [mean, graph.add(variable(`dm.${k}`))]))
  const isLast = (name: string) => name.startsWith('d.') || name.startsWith('dw.')
  const deepest = Math.max(0, ...gradientDepths.values(), ...outputs.map(o => depthOf(o.value)))
  const stages: Stage[] = [...projectionStages(layout)]
  for (let depth = 0; depth <= deepest; depth++) {
    stages.push(...meanStages(means, depth, 'd'))
    const now = outputs.filter(o => (isLast(o.name) ? deepest : depthOf(o.value)) === depth)
    const next = exchanged(graph, [...now, ...madeAt(means, depth + 1, 'dr')], exchange)
    stages.push({ kind: 'pointwise', program: stageProgram(next) })
    const isNext = (operand: string) =>
      operand.startsWith('o.') ? gradientDepths.get(`d${operand}`) === depth + 1 : depth === deepest
    stages.push(...productStages(slots, isNext))
  }
  return stages
}

/** How many products and means stand before a gradient can be known, and the means among them. */
function gradientDepth({ slots, operands }: Layout, outputs: readonly ProgramOutput[]) {
  const depths = new Map<Expression, number>()
  const gradientDepths = new Map<string, number>()
  const means: (Made & { readonly mean: Expression })[] = []
  const depthOf = (value: Expression): number => {
    for (const e of topological([value], node => depths.has(node))) {
      const own = e.op === 'variable' ? (gradientDepths.get(e.name as string) ?? 0) : 0
      const below = Math.max(own, ...e.args.map(a => depths.get(a) as number))
      depths.set(e, below + Number(e.op === 'rowMean'))
      if (e.op === 'rowMean') means.push({ mean: e, value: e.args[0], depth: below + 1 })
    }
    return depths.get(value) as number
  }
  // Operand K is computed from operands before it, so its gradient is known after those of the ones that follow; that
  // of an operand which only a projection uses is known from the beginning.
  for (let k = operands.length - 1; k >= 0; k--) {
    const dz = outputs.filter((_, i) => slots[i]?.operand === `o.${k}`).map(o => depthOf(o.value))
    gradientDepths.set(`do.${k}`, dz.length === 0 ? 0 : Math.max(...dz) + 1)
  }
  for (const o of outputs) depthOf(o.value)
  return { depthOf, gradientDepths, means }
}
