import { add, div, mul, sqrt, sub } from '../../formula/expression.ts'
import { defineOptimizer } from './define.ts'

/**
 * Adagrad (Duchi, Hazan & Singer 2011, the diagonal form), as torch.optim.Adagrad.
 *
 *   d = g + λ p              s = s + d²              p = p − η / (1 + (t − 1) δ) · d / (√s + ε)
 *
 * δ is `learningRateDecay`.
 */
export const adagrad = defineOptimizer({
  name: 'adagrad',
  defaults: { learningRate: 0.01, learningRateDecay: 0, epsilon: 1e-10, weightDecay: 0 },
  limits: { epsilon: [1e-30, Infinity] },
  memory: ['s'],
  equations({ p, g, memory, scalar }) {
    const d = add(g, mul(scalar('weightDecay'), p))
    const s = add(memory.s, mul(d, d))
    return { p: sub(p, mul(scalar('stepSize'), div(d, add(sqrt(s), scalar('epsilon'))))), s }
  },
  scalars: (step, { learningRate, learningRateDecay, epsilon, weightDecay }) => ({
    stepSize: learningRate / (1 + (step - 1) * learningRateDecay),
    epsilon,
    weightDecay,
  }),
})
