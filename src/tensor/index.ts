/** Tensors: creation, operations, gradients, lifetimes. */
export { amax } from './amax.ts'
export { full, ones, type TensorOptions, tensor, type Values, zeros } from './create.ts'
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts'
export { defaultDevice, setDefaultDevice } from './default-device.ts'
export { dropout } from './dropout.ts'
export { elementwise } from './elementwise.ts'
export { embedding, type Indices, takeRows } from './embedding.ts'
export { expand } from './expand.ts'
export type { Shape } from './layout.ts'
export { linear } from './linear.ts'
export { type LinearCrossEntropyOptions, linearCrossEntropy } from './linear-cross-entropy.ts'
export { type MatmulOptions, matmul } from './matmul.ts'
export {
  abs,
  add,
  applyOperation,
  div,
  elu,
  erf,
  exp,
  gelu,
  hardSigmoid,
  hardTanh,
  ifEqual,
  ifLess,
  ifLessEqual,
  leakyRelu,
  log,
  logSigmoid,
  max,
  min,
  mul,
  neg,
  type Operand,
  relu,
  sigmoid,
  silu,
  softplus,
  softsign,
  sqrt,
  sub,
  tanh,
} from './pointwise.ts'
export { mean, sum } from './reduce.ts'
export { detach, reshape, squeeze, unsqueeze } from './reshape.ts'
export type { Operands } from './run-fused.ts'
export { concat, slice, split, stack, unstack } from './slice.ts'
export { logSoftmax, logSumExp, softmax } from './softmax.ts'
export { step } from './step.ts'
export { backward, noGradient, zeroGradients } from './tape.ts'
export { Tensor } from './tensor.ts'
export { transpose } from './transpose.ts'
