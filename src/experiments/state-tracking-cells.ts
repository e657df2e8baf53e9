/**
 * Cells that are not built in, written here as anybody writes their own.
 */
import { type Cell, defineCell } from '../cells/define.ts'
import { add, div, exp, logSigmoid, max, mul, sigmoid, sub, tanh } from '../formula/expression.ts'

/**
 * minGRU (Feng et al. 2024, section 3.1): a gated recurrence that is linear in its state. Gate and candidate see only
 * the input, so what it keeps of a state is a share from 0 to 1 and never changes its sign.
 *
 *   z_t = σ(W_z x_t + b_z)
 *   h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ (W_n x_t + b_n)
 */
export const minGru: Cell = defineCell('min-gru', ({ input, previous }) => {
  const updateGate = sigmoid(input('z'))
  const candidate = input('n')
  const h = add(mul(sub(1, updateGate), previous('h')), mul(updateGate, candidate))
  return { state: { h }, quantities: { updateGate, candidate } }
})

/**
 * The same linear recurrence, but what is kept goes from −1 to 1 (Grazzi et al. 2024): it can turn its state round.
 *
 *   a_t = tanh(W_a x_t + b_a)
 *   h_t = a_t ⊙ h_{t-1} + W_n x_t + b_n
 */
export const signedLinear: Cell = defineCell('signed-linear', ({ input, previous }) => {
  const kept = tanh(input('a'))
  const candidate = input('n')
  return { state: { h: add(mul(kept, previous('h')), candidate) }, quantities: { kept, candidate } }
})

/**
 * sLSTM (Beck et al. 2024, eq. 8 – 17): exponential gates, a normalizer n and a stabilizer m, one head. The forget
 * gate is a sigmoid, one of the two forms of the paper. n begins with 1 as if a zero had been written before the
 * sequence.
 *
 *   m_t = max(log f_t + m_{t-1}, ĩ_t)      i_t = exp(ĩ_t − m_t)      f'_t = exp(log f_t + m_{t-1} − m_t)
 *   c_t = f'_t ⊙ c_{t-1} + i_t ⊙ z_t       n_t = f'_t ⊙ n_{t-1} + i_t       h_t = o_t ⊙ c_t / n_t
 */
export const sLstm: Cell = defineCell('slstm', ({ affine, previous }) => {
  const drive = affine('i')
  const logForget = add(logSigmoid(affine('f')), previous('m'))
  const candidate = tanh(affine('z'))
  const outputGate = sigmoid(affine('o'))
  const m = max(logForget, drive)
  const [inputGate, forgetGate] = [exp(sub(drive, m)), exp(sub(logForget, m))]
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const n = add(mul(forgetGate, previous('n')), inputGate)
  const h = mul(outputGate, div(c, n))
  const quantities = { inputGate, forgetGate, candidate, outputGate }
  return { state: { h, c, n, m }, quantities, first: { n: 1 } }
})
