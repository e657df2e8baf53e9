/**
 * The forward half of a compiled cell: all that predicting needs. See `stages.ts`.
 */
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

/** What a device runs when nothing is learned; the names in its programs are those of `CellProgram`. */
export interface ForwardProgram {
  readonly equations: Equations
  readonly slots: readonly Slot[]
  /** Slots [0, inputSlots) begin with W x + b. */
  readonly inputSlots: number
  readonly states: readonly string[]
  /** Computed operands o.0, o.1, …; in training their values are kept for the weight gradients. */
  readonly operands: readonly Expression[]
  readonly masks: readonly Mask[]
  readonly forward: readonly Stage[]
}

/**
 * Compiles a cell for predicting.
 *
 * @param record  Quantities whose value at every step is wanted, as q.NAME.
 * @throws {OptionError} the cell has no such quantity.
 */
export function compileForward(equations: Equations, record: readonly string[] = []): ForwardProgram {
  for (const name of record) quantityOf(equations, name, 'compileCell')
  return forwardProgram(layOut(equations), record)
}

export function forwardProgram(layout: Layout, record: readonly string[]): ForwardProgram {
  const { equations, state, slots } = layout
  return {
    equations,
    slots,
    inputSlots: slots.filter(s => s.hasInput).length,
    states: Object.keys(state),
    operands: layout.operands.map(o => o.value),
    masks: layout.masks,
    forward: forwardStages(layout, stepOutputs(layout, record)),
  }
}

/** The states after a step, and what is recorded. */
export const stepOutputs = ({ state, quantities }: Layout, record: readonly string[]): ProgramOutput[] => [
  ...Object.keys(state)
    .filter(s => state[s]?.op !== 'project')
    .map(s => ({ name: `n.${s}`, value: state[s] as Expression })),
  ...record.map(name => ({ name: `q.${name}`, value: quantities[name] as Expression })),
]

/** Products and means of what is known at depth d, then the point-wise program that makes the next ones. */
export function forwardStages(layout: Layout, last: readonly ProgramOutput[]): Stage[] {
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
