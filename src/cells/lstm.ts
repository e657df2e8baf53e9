import { add, mul, sigmoid, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate (Gers et al. 2000). As torch.nn.LSTM.
 *
 *   i_t = σ(W_i x_t + U_i h_{t-1} + b_i)     how much is written
 *   f_t = σ(W_f x_t + U_f h_{t-1} + b_f)     how much is kept: 0 forgets all, 1 keeps all
 *   g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)  what is written
 *   o_t = σ(W_o x_t + U_o h_{t-1} + b_o)     how much is shown
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t          forget by multiplying, remember by adding
 *   h_t = o_t ⊙ tanh(c_t)
 */
export const lstm = defineCell('lstm', ({ affine, previous }) => {
  const inputGate = sigmoid(affine('i'))
  const forgetGate = sigmoid(affine('f'))
  const candidate = tanh(affine('g'))
  const outputGate = sigmoid(affine('o'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const h = mul(outputGate, tanh(c))
  return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate } }
})
