import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * Gated recurrent unit as in the paper (Cho et al. 2014, eq. 5 – 8): reset before the product. ONNX's default, and the
 * form of Keras with reset_after=False. The state is kept by z_t, as in `gru`.
 *
 *   r_t = σ(W_r x_t + U_r h_{t-1} + b_r)
 *   z_t = σ(W_z x_t + U_z h_{t-1} + b_z)
 *   n_t = tanh(W_n x_t + U_n (r_t ⊙ h_{t-1}) + b_n)
 *   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
 */
export const gruResetBefore = defineCell('gru-reset-before', ({ affine, previous }) => {
  const resetGate = sigmoid(affine('r'))
  const updateGate = sigmoid(affine('z'))
  const candidate = tanh(affine('n', mul(resetGate, previous('h'))))
  const h = add(mul(sub(1, updateGate), candidate), mul(updateGate, previous('h')))
  return { state: { h }, quantities: { resetGate, updateGate, candidate } }
})
