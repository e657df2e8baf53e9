import { add, div, mul, sqrt, sub } from '../../formula/expression.ts'
import { defineOptimizer } from './define.ts'

/**
 * Adam (Kingma & Ba 2015, algorithm 1), as torch.optim.Adam.
 *
 *   d = g + λ p
 *   m = β₁ m + (1 − β₁) d              v = β₂ v + (1 − β₂) d²
 *   p = p − η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 */
export const adam = defineOptimizer({
  name: 'adam',
  defaults: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  limits: { beta1: [0, 0.999999], beta2: [0, 0.999999], epsilon: [1e-30, Infinity] },
  memory: ['m', 'v'],
  equations({ p, g, memory, scalar }) {
    const d = add(g, mul(scalar('weightDecay'), p))
    const m = add(mul(scalar('beta1'), memory.m), mul(scalar('oneLessBeta1'), d))
    const v = add(mul(scalar('beta2'), memory.v), mul(mul(scalar('oneLessBeta2'), d), d))
    const deviation = add(sqrt(mul(v, scalar('correction2'))), scalar('epsilon'))
    return { p: sub(p, div(mul(scalar('stepSize'), m), deviation)), m, v }
  },
  // The differences from 1 are taken in 64 bits: in 32 bits 1 − 0.999 would lose four digits.
  scalars: (step, { learningRate, beta1, beta2, epsilon, weightDecay }) => ({
    beta1,
    beta2,
    epsilon,
    weightDecay,
    oneLessBeta1: 1 - beta1,
    oneLessBeta2: 1 - beta2,
    stepSize: learningRate / (1 - beta1 ** step),
    correction2: 1 / (1 - beta2 ** step),
  }),
})
