/**
 * A cell over packed sequences in plain TypeScript, 64 bits: the oracle for the recurrent kernels.
 *
 * It knows nothing of slots and stages: each row of each step interprets the equations themselves, and the way back
 * (`recurrent-backward.ts`) goes through them node by node with each operation's own gradient rule.
 */
import type { Expression } from '../../formula/expression.ts'
import type { Matrix } from '../matrix.ts'
import type { ForwardResult, RecurrentCall } from '../recurrent.ts'
import { type Place, rowOf, stepValues, toVector } from './recurrent-step.ts'

/** Calls `visit` for each token, and tells the row of the same sequence a step before; −1: there is none. */
export function eachToken(
  { packing: { liveRows } }: RecurrentCall,
  visit: (place: Place, before: number) => void,
  backward = false,
): void {
  const first = [0]
  for (const live of liveRows) first.push(first[first.length - 1] + live)
  for (let k = 0; k < liveRows.length; k++) {
    const t = backward ? liveRows.length - 1 - k : k
    for (let r = 0; r < liveRows[t]; r++) {
      visit({ row: first[t] + r, sequence: r }, t === 0 ? -1 : first[t - 1] + r)
    }
  }
}

export function recurrentForward(call: RecurrentCall, result: ForwardResult): void {
  const { equations, states } = call.cell
  const recorded = Object.keys(result.recorded)
  const roots = [...Object.values(equations.state), ...recorded.map(q => equations.quantities[q])]
  for (const s of states) {
    for (let r = 0; r < call.packing.batch; r++) rowOf(result.last[s], r).set(rowOf(call.initial[s], r))
  }
  eachToken(call, place => {
    const before = new Map(states.map(s => [s, rowOf(result.last[s], place.sequence).slice()]))
    const values = stepValues(call, roots, place, s => before.get(s) as Float64Array)
    const put = (matrix: Matrix | undefined, r: number, e: Expression) => {
      if (matrix) rowOf(matrix, r).set(toVector(values.get(e), call.hiddenSize))
    }
    for (const s of states) {
      put(result.last[s], place.sequence, equations.state[s])
      put(result.states[s], place.row, equations.state[s])
    }
    for (const q of recorded) put(result.recorded[q], place.row, equations.quantities[q])
  })
}
