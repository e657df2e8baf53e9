import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * Gated recurrent unit (Cho et al. 2014), reset after the product, as torch.nn.GRU and cuDNN compute it.
 *
 *   r_t = σ(W_r x_t + U_r h_{t-1} + b_r)
 *   z_t = σ(W_z x_t + U_z h_{t-1} + b_z)             how much is kept
 *   n_t = tanh(W_n x_t + b_n + r_t ⊙ (U_n h_{t-1} + b'_n))
 *   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
 */
export const gru = defineCell('gru', ({ affine, input, recurrent, previous }) => {
  const resetGate = sigmoid(affine('r'))
  const updateGate = sigmoid(affine('z'))
  const candidate = tanh(add(input('n'), mul(resetGate, recurrent('n'))))
  const h = add(mul(sub(1, updateGate), candidate), mul(updateGate, previous('h')))
  return { state: { h }, quantities: { resetGate, updateGate, candidate } }
})
