import { relu, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * The plain recurrent cell: one state, all of it overwritten at every step (Elman 1990). As torch.nn.RNN.
 *
 *   h_t = tanh(W x_t + b + U h_{t-1} + b')
 */
export const rnn = defineCell('rnn', ({ affine }) => {
  const h = tanh(affine('h'))
  return { state: { h }, quantities: { candidate: h } }
})

/** The same with relu (torch.nn.RNN with nonlinearity='relu'). */
export const rnnRelu = defineCell('rnn-relu', ({ affine }) => {
  const h = relu(affine('h'))
  return { state: { h }, quantities: { candidate: h } }
})
