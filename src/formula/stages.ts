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
import { type ForwardProgram, forwardProgram, forwardStages, stepOutputs } from './forward-stages.ts'
import { layOut } from './slots.ts'
import type { Stage } from './stage-kinds.ts'

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
export interface CellProgram extends ForwardProgram {
  /** `forward` with n.STATE and what the backward pass needs stored: s.K. */
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
  const back = differentiate(layout)
  const savedOutputs = back.saved.map((value, k) => ({ name: `s.${k}`, value }))
  const forward = forwardProgram(layout, record)
  return {
    ...forward,
    training: forwardStages(layout, [...stepOutputs(layout, record), ...savedOutputs]),
    backward: backwardStages(layout, back),
    saved: back.saved,
    keptStates: forward.states.filter(s => back.keptStates.has(s) || layout.operandStates.includes(s)),
  }
}
