import { add, mul, sigmoid, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * LSTM with layer normalization (Ba et al. 2016, eq. 20 – 22): both halves of each gate's sum, and the memory where it
 * is shown, are normalized over the hidden units.
 *
 *   z = LN(W x_t + b) + LN(U h_{t-1} + b')       for each gate, then as lstm, but h_t = o_t ⊙ tanh(LN(c_t))
 */
export const lstmLayerNorm = defineCell('lstm-layer-norm', ({ input, recurrent, previous, layerNorm }) => {
  const normal = (block: string) =>
    add(layerNorm(`norm_input_${block}`, input(block)), layerNorm(`norm_recurrent_${block}`, recurrent(block)))
  const inputGate = sigmoid(normal('i'))
  const forgetGate = sigmoid(normal('f'))
  const candidate = tanh(normal('g'))
  const outputGate = sigmoid(normal('o'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const h = mul(outputGate, tanh(layerNorm('norm_c', c)))
  return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate } }
})
