import { add, div, mul, sqrt, sub } from '../../formula/expression.ts'
import { defineOptimizer, type OptimizerBuilder } from './define.ts'

/**
 * Adam that leaves alone the rows of an embedding that a batch does not use: their moments stand still, as
 * torch.optim.SparseAdam. Weights whose gradient is whole go by Adam, as torch.optim.Adam.
 *
 *   rows used:  m = β₁ m + (1 − β₁) g              v = β₂ v + (1 − β₂) g²
 *               p = p − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)              t: steps in all, not of the row
 *
 * A step costs what the batch's rows cost, not the vocabulary's. It is another algorithm than Adam, in which a word
 * goes on moving by its moments after it was seen.
 */
export const lazyAdam = defineOptimizer({
  name: 'lazy-adam',
  defaults: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  limits: { beta1: [0, 0.999999], beta2: [0, 0.999999], epsilon: [1e-30, Infinity] },
  memory: ['m', 'v'],
  equations({ p, g, memory, scalar }: OptimizerBuilder) {
    const { m, v } = moments({ g, memory, scalar })
    const deviation = add(sqrt(mul(v, scalar('correction2'))), scalar('epsilon'))
    return { p: sub(p, div(mul(scalar('stepSize'), m), deviation)), m, v }
  },
  rowEquations({ p, g, memory, scalar }: OptimizerBuilder) {
    const { m, v } = moments({ g, memory, scalar })
    return { p: sub(p, div(mul(scalar('rowStepSize'), m), add(sqrt(v), scalar('epsilon')))), m, v }
  },
  // The differences from 1 are taken in 64 bits, as for Adam.
  scalars: (step, { learningRate, beta1, beta2, epsilon }) => ({
    beta1,
    beta2,
    epsilon,
    oneLessBeta1: 1 - beta1,
    oneLessBeta2: 1 - beta2,
    stepSize: learningRate / (1 - beta1 ** step),
    correction2: 1 / (1 - beta2 ** step),
    rowStepSize: (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
  }),
})

/** m and v after a step. A declaration, since the equations run while this file is loaded. */
function moments({ g, memory, scalar }: Omit<OptimizerBuilder, 'p'>) {
  const m = add(mul(scalar('beta1'), memory.m), mul(scalar('oneLessBeta1'), g))
  const v = add(mul(scalar('beta2'), memory.v), mul(mul(scalar('oneLessBeta2'), g), g))
  return { m, v }
}
