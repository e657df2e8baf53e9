import { add, mul, sigmoid, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * LSTM with projection (Sak et al. 2014): the output and what the gates see of it are narrower than the memory. As
 * torch.nn.LSTM with proj_size.
 *
 *   h_t = W_hr (o_t ⊙ tanh(c_t))
 *
 * @param width  Of h; below 1: a share of hiddenSize.
 */
export const lstmProjectionOf = (width: number) =>
  defineCell('lstm-projection', ({ affine, previous, project }) => {
    const inputGate = sigmoid(affine('i'))
    const forgetGate = sigmoid(affine('f'))
    const candidate = tanh(affine('g'))
    const outputGate = sigmoid(affine('o'))
    const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
    const h = project('hr', mul(outputGate, tanh(c)), width)
    return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate } }
  })

/** Half as wide as the memory. */
export const lstmProjection = lstmProjectionOf(0.5)
