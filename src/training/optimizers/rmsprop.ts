import { add, div, max, mul, sqrt, sub } from '../../formula/expression.ts'
import { defineOptimizer } from './define.ts'

/**
 * RMSProp (Tieleman & Hinton 2012, lecture 6.5; centred: Graves 2013, eq. 38–41), as torch.optim.RMSprop.
 *
 *   d = g + λ p              v = α v + (1 − α) d²              s = √v + ε
 *   centred:  m = α m + (1 − α) d              s = √(v − m²) + ε
 *   p = p − η d / s          with momentum:  u = μ u + d / s,  p = p − η u
 */
export const rmsprop = defineOptimizer({
  name: 'rmsprop',
  defaults: { learningRate: 0.01, alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0 },
  limits: { alpha: [0, 1], momentum: [0, 1], epsilon: [1e-30, Infinity] },
  memory: ({ momentum, centered }) => ['v', ...(centered ? ['m'] : []), ...(momentum > 0 ? ['u'] : [])],
  equations({ p, g, memory, scalar }, { momentum, centered }) {
    const average = (old: typeof p, value: typeof p) =>
      add(mul(scalar('alpha'), old), mul(scalar('oneLessAlpha'), value))
    const d = add(g, mul(scalar('weightDecay'), p))
    const v = average(memory.v, mul(d, d))
    const m = centered ? average(memory.m, d) : null
    // Rounding may leave v a little below m².
    const variance = m ? max(sub(v, mul(m, m)), 0) : v
    const direction = div(d, add(sqrt(variance), scalar('epsilon')))
    const u = momentum > 0 ? add(mul(scalar('momentum'), memory.u), direction) : null
    return { p: sub(p, mul(scalar('learningRate'), u ?? direction)), v, ...(m && { m }), ...(u && { u }) }
  },
  scalars: (_step, { learningRate, alpha, epsilon, momentum, weightDecay }) => ({
    learningRate,
    alpha,
    oneLessAlpha: 1 - alpha,
    epsilon,
    momentum,
    weightDecay,
  }),
})
