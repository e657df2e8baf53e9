import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * GRU with layer normalization (Ba et al. 2016, section 3.1): both halves of each sum are normalized over the hidden
 * units; reset after the product, as `gru`.
 *
 *   r_t, z_t = σ(LN(W x_t + b) + LN(U h_{t-1} + b'))
 *   n_t = tanh(LN(W_n x_t + b_n) + r_t ⊙ LN(U_n h_{t-1} + b'_n))
 *   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t-1}
 */
export const gruLayerNorm = defineCell('gru-layer-norm', ({ input, recurrent, previous, layerNorm }) => {
  const inputNorm = (block: string) => layerNorm(`norm_input_${block}`, input(block))
  const recurrentNorm = (block: string) => layerNorm(`norm_recurrent_${block}`, recurrent(block))
  const resetGate = sigmoid(add(inputNorm('r'), recurrentNorm('r')))
  const updateGate = sigmoid(add(inputNorm('z'), recurrentNorm('z')))
  const candidate = tanh(add(inputNorm('n'), mul(resetGate, recurrentNorm('n'))))
  const h = add(mul(sub(1, updateGate), candidate), mul(updateGate, previous('h')))
  return { state: { h }, quantities: { resetGate, updateGate, candidate } }
})
