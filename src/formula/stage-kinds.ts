/**
 * The kinds of stages, and how each is made from a cell's layout: see `stages.ts`.
 */

import { type Expression, topological } from './expression.ts'
import { type Program, type ProgramOutput, program } from './program.ts'
import type { layOut, Made, Slot } from './slots.ts'
import { substituteAll } from './substitution.ts'

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

export const madeAt = (list: readonly Made[], depth: number, prefix: string): ProgramOutput[] =>
  list.flatMap(({ value, depth: own }, k) => (own === depth ? [{ name: `${prefix}.${k}`, value }] : []))

export const meanStages = (means: readonly Made[], depth: number, prefix: '' | 'd'): MeanStage[] =>
  means.flatMap(({ depth: own }, k): MeanStage[] =>
    own === depth ? [{ kind: 'mean', source: `${prefix}r.${k}`, target: `${prefix}m.${k}` }] : [],
  )

export function projectionStages({ state, operands }: Layout): ProjectionStage[] {
  return Object.entries(state).flatMap(([name, e]): ProjectionStage[] => {
    if (e.op !== 'project') return []
    const operand = `o.${operands.findIndex(o => o.value === e.args[0])}`
    return [{ kind: 'projection', name: e.name as string, operand, state: name }]
  })
}

/** A program whose means are columns. */
export function stageProgram(outputs: readonly ProgramOutput[]): Program {
  const names = topological(outputs.map(o => o.value)).flatMap(e => (e.op === 'variable' ? [e.name as string] : []))
  return program(
    outputs,
    names.filter(name => /^d?m\./.test(name)),
  )
}

/** The equations in slots. */
export type Layout = ReturnType<typeof layOut>

/** Outputs with nodes exchanged in their values. */
export function exchanged(
  graph: Layout['graph'],
  outputs: readonly ProgramOutput[],
  exchange: ReadonlyMap<Expression, Expression>,
): ProgramOutput[] {
  const values = outputs.map(o => o.value)
  return substituteAll(graph, values, exchange).map((value, k) => ({ ...(outputs[k] as ProgramOutput), value }))
}

/** Runs of neighbouring slots with one operand. */
export function productStages(slots: readonly Slot[], isWanted: (operand: string) => boolean): ProductStage[] {
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
