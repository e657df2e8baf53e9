import { mul, sub } from '../../formula/expression.ts'
import { defineOptimizer } from './define.ts'

/** Stochastic gradient descent: p = p − η g, as torch.optim.SGD without momentum. */
export const sgd = defineOptimizer({
  name: 'sgd',
  memory: [],
  defaults: { learningRate: 0.1 },
  equations: ({ p, g, scalar }) => ({ p: sub(p, mul(scalar('learningRate'), g)) }),
  scalars: (_step, { learningRate }) => ({ learningRate }),
})
