import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * LSTM with coupled gates (Greff et al. 2017, "CIFG"): what is forgotten is what is written, i_t = 1 − f_t.
 *
 *   f_t = σ(W_f x_t + U_f h_{t-1} + b_f)
 *   c_t = f_t ⊙ c_{t-1} + (1 − f_t) ⊙ tanh(W_g x_t + U_g h_{t-1} + b_g)
 *   h_t = σ(W_o x_t + U_o h_{t-1} + b_o) ⊙ tanh(c_t)
 */
export const lstmCoupled = defineCell('lstm-coupled', ({ affine, previous }) => {
  const forgetGate = sigmoid(affine('f'))
  const inputGate = sub(1, forgetGate)
  const candidate = tanh(affine('g'))
  const outputGate = sigmoid(affine('o'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const h = mul(outputGate, tanh(c))
  return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate } }
})
