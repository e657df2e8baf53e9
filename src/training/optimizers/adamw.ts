import { add, div, mul, sqrt, sub } from '../../formula/expression.ts'
import { defineOptimizer } from './define.ts'

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), as torch.optim.AdamW: weights shrink by
 * the share η λ, whatever their gradient was.
 *
 *   m = β₁ m + (1 − β₁) g              v = β₂ v + (1 − β₂) g²
 *   p = p − (η λ p + η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε))
 */
export const adamw = defineOptimizer({
  name: 'adamw',
  defaults: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  limits: { beta1: [0, 0.999999], beta2: [0, 0.999999], epsilon: [1e-30, Infinity] },
  memory: ['m', 'v'],
  equations({ p, g, memory, scalar }) {
    const m = add(mul(scalar('beta1'), memory.m), mul(scalar('oneLessBeta1'), g))
    const v = add(mul(scalar('beta2'), memory.v), mul(mul(scalar('oneLessBeta2'), g), g))
    const deviation = add(sqrt(mul(v, scalar('correction2'))), scalar('epsilon'))
    // Not p · (1 − η λ): in 32 bits that factor would keep two digits of η λ.
    return { p: sub(p, add(mul(scalar('shrinkage'), p), div(mul(scalar('stepSize'), m), deviation))), m, v }
  },
  // The differences from 1 are taken in 64 bits, as for Adam.
  scalars: (step, { learningRate, beta1, beta2, epsilon, weightDecay }) => ({
    beta1,
    beta2,
    epsilon,
    shrinkage: learningRate * weightDecay,
    oneLessBeta1: 1 - beta1,
    oneLessBeta2: 1 - beta2,
    stepSize: learningRate / (1 - beta1 ** step),
    correction2: 1 / (1 - beta2 ** step),
  }),
})
