/** Workloads that are measured in more than one way. */
import { type Cell, defineCell } from '../cells/define.ts'
import { add, mul, sigmoid, tanh } from '../formula/expression.ts'
import { optimizers } from '../training/optimizers/registry.ts'

/** Adam that leaves the rows alone that a batch does not use, as PyTorch's SparseAdam. */
export const LAZY_OPTIMIZER = 'lazy-adam'

/** An LSTM as a user would write it: to see that an own cell costs what a built-in one costs. */
export const ownLstm: Cell = defineCell('own', ({ affine, previous }) => {
  const kept = mul(previous('memory'), sigmoid(affine('forget')))
  const written = mul(tanh(affine('new')), sigmoid(affine('write')))
  const memory = add(written, kept)
  const h = mul(sigmoid(affine('show')), tanh(memory))
  return { state: { h, memory } }
})

/** The names of a workload's other forms, as in a result's `form`. */
export function formsOf(workload: string): readonly string[] {
  if (workload === 'lstm-small') return ['own-cell']
  if (workload === 'sentiment' && Object.hasOwn(optimizers, LAZY_OPTIMIZER)) return ['lazy']
  return []
}
