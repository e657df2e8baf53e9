import { add, mul, sub } from '../../formula/expression.ts'
import { defineOptimizer } from './define.ts'

/**
 * Stochastic gradient descent, with momentum (Sutskever et al. 2013, in PyTorch's form: the learning rate outside the
 * velocity) and Nesterov's, as torch.optim.SGD without dampening.
 *
 *   d = g + λ p              u = μ u + d
 *   p = p − η u              Nesterov: p = p − η (d + μ u)              without momentum: p = p − η d
 */
export const sgd = defineOptimizer({
  name: 'sgd',
  defaults: { learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 },
  limits: { momentum: [0, 1] },
  memory: ({ momentum }) => (momentum > 0 ? ['u'] : []),
  equations({ p, g, memory, scalar }, { momentum, nesterov }) {
    const d = add(g, mul(scalar('weightDecay'), p))
    if (momentum === 0) return { p: sub(p, mul(scalar('learningRate'), d)) }
    const u = add(mul(scalar('momentum'), memory.u), d)
    const direction = nesterov ? add(d, mul(scalar('momentum'), u)) : u
    return { p: sub(p, mul(scalar('learningRate'), direction)), u }
  },
  scalars: (_step, { learningRate, momentum, weightDecay }) => ({ learningRate, momentum, weightDecay }),
})
