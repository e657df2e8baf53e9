import { relu } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * IRNN (Le et al. 2015): a plain recurrent cell with relu whose recurrent weights begin as the identity, so that at
 * first it keeps everything.
 *
 *   h_t = relu(W x_t + b + U h_{t-1} + b'),   U = 1 at first
 */
export const irnn = defineCell('irnn', ({ affine }) => {
  const h = relu(affine('h'))
  return { state: { h }, quantities: { candidate: h }, initialization: 'identity' }
})
