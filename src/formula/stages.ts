/**
 * A cell's equations compiled to stages, forward and backward: what a device runs at each time step.
 *
 * The row of one token in the work matrix Z is divided into *slots*, each hiddenSize wide: W x + U h + b of a block
 * where the equations use only the sum, else one slot for each half. The stages of a step, in order, are
 *
 *   products    slots += operand · Uᵀ          operand: a state before, or a quantity that an earlier stage computed
 *   means       over the rows of a quantity that an earlier stage computed (layer normalization)
 *   point-wise  a program over the slots, the states before and the parameters
 *   projection  a state = operand · Wᵀ, at the end
 *
 * lstm and gru (reset after) have one product and one point-wise program; a cell whose product needs a computed quantity
 * has two. Within a step a point-wise stage computes what it needs from the slots again, so that nothing but operands and
 * means passes between stages.
 *
 * The backward stages come from the symbolic derivative in the same way: the point-wise programs give dZ for each slot,
 * the products carry dZ back to operands and to the states before. Derivatives go through values that the forward pass
 * saved (`saved`: the expensive ones) and recompute the cheap ones.
 */
import { adjoints, substituteAll } from './derivative.ts'
import { type Equations, quantityOf } from './equations.ts'
import { add, constant, type Expression, rowMean, topological, variable } from './expression.ts'
import { operations } from './operations.ts'
import { type Program, type ProgramOutput, program } from './program.ts'
import { layOut, type Made, type Mask, type Slot } from './slots.ts'

/** Slots `begin` to `end` (exclusive) += operand · Uᵀ; backward: the operand's gradient += dZ of these slots · U. */
export interface ProductStage {
  readonly kind: 'product'
  readonly operand: string
  readonly begin: number
  readonly end: number
}

export interface PointwiseStage {
  readonly kind: 'pointwise'
  readonly program: Program
}

/** target = mean over each row of source, [rows, 1]. */
export interface MeanStage {
  readonly kind: 'mean'
  readonly source: string
  readonly target: string
}

/**
 * Forward: n.STATE = operand · Wᵀ. Backward: the state's gradient (d.STATE, and dy if it is the output) leaves d.STATE
 * for g.STATE; the operand's gradient += g.STATE · W.
 */
export interface ProjectionStage {
  readonly kind: 'projection'
  /** Of the weight, `weight_NAME`. */
  readonly name: string
  readonly operand: string
  readonly state: string
}

export type Stage = ProductStage | PointwiseStage | MeanStage | ProjectionStage

/**
 * The names that programs use for their inputs and outputs, each a matrix [rows, hiddenSize]:
 *
 *   z.SLOT       the slot's sum                        dz.SLOT       its gradient
 *   p.STATE      the state before                      n.STATE       the state after
 *   w.PARAMETER  the parameter, one row for all        dw.PARAMETER  its gradient, a row a token
 *   o.K          operand K of a product                do.K          its gradient
 *   s.K          saved value K                         q.QUANTITY    a recorded quantity
 *   d.STATE      gradient of the state after; as an output, of the state before
 *   dy           gradient of the layer's output at this step
 *   r.K, dr.K    a quantity whose mean is taken        m.K, dm.K     the mean, [rows, 1]
 *   k.MASK       a mask: 1 everywhere when predicting
 *
 * A projected state has a width of its own and stands in no program.
 */
export interface CellProgram {
  readonly equations: Equations
  readonly slots: readonly Slot[]
  /** Slots [0, inputSlots) begin with W x + b. */
  readonly inputSlots: number
  readonly states: readonly string[]
  /** Computed operands o.0, o.1, …; their values are kept for the weight gradients. */
  readonly operands: readonly Expression[]
  readonly masks: readonly Mask[]
  readonly forward: readonly Stage[]
  /** The same with n.STATE and what the backward pass needs stored: s.K. */
  readonly training: readonly Stage[]
  readonly backward: readonly Stage[]
  readonly saved: readonly Expression[]
  /** States whose value at every step the backward pass reads. */
  readonly keptStates: readonly string[]
}

/**
 * Compiles a cell.
 *
 * @param record  Quantities whose value at every step is wanted, as q.NAME.
 * @throws {OptionError} the cell has no such quantity.
 */
export function compileCell(equations: Equations, record: readonly string[] = []): CellProgram {
  for (const name of record) quantityOf(equations, name, 'compileCell')
  const layout = layOut(equations)
  const { state, quantities, slots } = layout
  const states = Object.keys(state)
  const back = differentiate(layout)
  const outputs = [
    ...states.filter(s => state[s]?.op !== 'project').map(s => ({ name: `n.${s}`, value: state[s] as Expression })),
    ...record.map(name => ({ name: `q.${name}`, value: quantities[name] as Expression })),
  ]
  const savedOutputs = back.saved.map((value, k) => ({ name: `s.${k}`, value }))
  return {
    equations,
    slots,
    inputSlots: slots.filter(s => s.hasInput).length,
    states,
    operands: layout.operands.map(o => o.value),
    masks: layout.masks,
    forward: forwardStages(layout, outputs),
    training: forwardStages(layout, [...outputs, ...savedOutputs]),
    backward: backwardStages(layout, back),
    saved: back.saved,
    keptStates: states.filter(s => back.keptStates.has(s) || layout.operandStates.includes(s)),
  }
}

/** Products and means of what is known at depth d, then the point-wise program that makes the next ones. */
function forwardStages(layout: Layout, last: readonly ProgramOutput[]): Stage[] {
  const { graph, slots, operands, means, operandDepth, leafVariable, deepest } = layout
  const stages: Stage[] = []
  for (let depth = 0; depth <= deepest; depth++) {
    stages.push(...productStages(slots, operand => operandDepth(operand) === depth))
    stages.push(...meanStages(means, depth, ''))
    const next = [
      ...madeAt(operands, depth + 1, 'o'),
      ...madeAt(means, depth + 1, 'r'),
      ...(depth === deepest ? last : []),
    ]
    stages.push({ kind: 'pointwise', program: stageProgram(exchanged(graph, next, leafVariable)) })
  }
  return [...stages, ...projectionStages(layout)]
}

const madeAt = (list: readonly Made[], depth: number, prefix: string): ProgramOutput[] =>
  list.flatMap(({ value, depth: own }, k) => (own === depth ? [{ name: `${prefix}.${k}`, value }] : []))

const meanStages = (means: readonly Made[], depth: number, prefix: '' | 'd'): MeanStage[] =>
  means.flatMap(({ depth: own }, k): MeanStage[] =>
    own === depth ? [{ kind: 'mean', source: `${prefix}r.${k}`, target: `${prefix}m.${k}` }] : [],
  )

function projectionStages({ state, operands }: Layout): ProjectionStage[] {
  return Object.entries(state).flatMap(([name, e]): ProjectionStage[] => {
    if (e.op !== 'project') return []
    const operand = `o.${operands.findIndex(o => o.value === e.args[0])}`
    return [{ kind: 'projection', name: e.name as string, operand, state: name }]
  })
}

/** A program whose means are columns. */
function stageProgram(outputs: readonly ProgramOutput[]): Program {
  const names = topological(outputs.map(o => o.value)).flatMap(e => (e.op === 'variable' ? [e.name as string] : []))
  return program(
    outputs,
    names.filter(name => /^d?m\./.test(name)),
  )
}

type Layout = ReturnType<typeof layOut>

/** Outputs with nodes exchanged in their values. */
function exchanged(
  graph: Layout['graph'],
  outputs: readonly ProgramOutput[],
  exchange: ReadonlyMap<Expression, Expression>,
): ProgramOutput[] {
  const values = outputs.map(o => o.value)
  return substituteAll(graph, values, exchange).map((value, k) => ({ ...(outputs[k] as ProgramOutput), value }))
}

/** Runs of neighbouring slots with one operand. */
function productStages(slots: readonly Slot[], isWanted: (operand: string) => boolean): ProductStage[] {
  const stages: ProductStage[] = []
  slots.forEach((slot, k) => {
    if (!slot.operand || !isWanted(slot.operand)) return
    const before = stages[stages.length - 1]
    if (before && before.operand === slot.operand && before.end === k) {
      stages[stages.length - 1] = { ...before, end: k + 1 }
    } else {
      stages.push({ kind: 'product', operand: slot.operand, begin: k, end: k + 1 })
    }
  })
  return stages
}

/** The gradient of a step as expressions over the forward graph, `dy`, `d.STATE` and `do.K`. */
function differentiate(layout: Layout) {
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
function backwardStages(layout: Layout, { outputs }: ReturnType<typeof cut>): Stage[] {
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
