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
 * lstm and gru (reset after) have one product and one point-wise program; a cell whose product needs a computed
 * quantity has two. Within a step a point-wise stage computes what it needs from the slots again, so that nothing but
 * operands and means passes between stages.
 *
 * The backward stages come from the symbolic derivative in the same way: the point-wise programs give dZ for each slot,
 * the products carry dZ back to operands and to the states before. Derivatives go through values that the forward pass
 * saved (`saved`: the expensive ones) and recompute the cheap ones.
 */
import { backwardStages, differentiate } from './backward-stages.ts'
import { type Equations, quantityOf } from './equations.ts'
import type { Expression } from './expression.ts'
import type { ProgramOutput } from './program.ts'
import { layOut, type Mask, type Slot } from './slots.ts'
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

export type { MeanStage, PointwiseStage, ProductStage, ProjectionStage, Stage } from './stage-kinds.ts'

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
