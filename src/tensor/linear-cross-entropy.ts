import type { Device, Matrix } from '../devices/device.ts'
import { linkLinearCrossEntropy } from '../devices/wasm/linear-cross-entropy.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { mul, scalar, variable } from '../formula/expression.ts'
import { checkedIndices, type Indices } from './embedding.ts'
import { rowsOf } from './layout.ts'
import { requireLinearShapes } from './linear.ts'
import { mean, sum } from './reduce.ts'
import { programOf } from './run-program.ts'
import { isRecorded, noGradient, record } from './tape.ts'
import { allocate, deviceOf, type Tensor } from './tensor.ts'

// Of this operation alone: other trainings ship without the kernel.
linkLinearCrossEntropy()

export interface LinearCrossEntropyOptions {
  /** @default 'mean' */
  readonly reduction?: 'mean' | 'sum'
}

/**
 * The loss of a linear layer over many classes, `crossEntropy(linear(x, weight, bias), labels)`, without keeping all
 * logits: they are made, judged and turned into gradients some rows at a time. The same bits.
 *
 *   loss = Σ_r −log softmax(x_r Wᵀ + b)[label_r], or its mean
 *
 * Where a gradient can reach the inputs, all gradients are computed at once, with the loss: for a loss without a
 * backward pass use `noGradient`.
 *
 * @param x       [.., I].
 * @param weight  [V, I].
 * @param bias    [V]; null: none.
 * @param labels  One a row, in row-major order, each 0 … V − 1.
 * @returns       [].
 * @throws {ShapeError}  A shape does not fit, or there are not as many labels as rows.
 * @throws {OptionError} A label is no class, the reduction is unknown, or the tensors are on different devices.
 * @see torch.nn.functional.cross_entropy(torch.nn.functional.linear(x, weight, bias), labels)
 */
export function linearCrossEntropy(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  labels: Indices,
  { reduction = 'mean' }: LinearCrossEntropyOptions = {},
): Tensor {
  requireLinearShapes('linearCrossEntropy', x, weight, bias ?? undefined)
  if (reduction !== 'mean' && reduction !== 'sum') {
    throw new OptionError(
      `linearCrossEntropy: expected a reduction 'mean' or 'sum', got ${shown(reduction)}. Choose one of these.`,
    )
  }
  const rows = rowsOf(x.shape)
  if (labels.length !== rows) {
    throw new ShapeError(
      `linearCrossEntropy: expected a label for each of ${rows} rows, got ${labels.length}. Pass one a row.`,
    )
  }
  const classes = checkedIndices('linearCrossEntropy', 'label', labels, weight.shape[0])
  const inputs = bias ? [x, weight, bias] : [x, weight]
  const device = deviceOf('linearCrossEntropy', inputs)
  const losses = allocate(device, [rows, 1])
  const scale = reduction === 'mean' ? 1 / rows : 1
  const gradients = isRecorded(inputs) ? gradientsOf(device, inputs) : null
  const [dx, dweight, dbias] = gradients ?? []
  device.linearCrossEntropy(
    losses.matrix,
    { x: x.matrix, weight: weight.matrix, bias: bias?.matrix ?? null, labels: classes },
    gradients && { scale, x: dx.matrix, weight: dweight.matrix, bias: dbias?.matrix ?? null },
  )
  const loss = noGradient(() => (reduction === 'mean' ? mean(losses) : sum(losses)))
  record({
    name: 'linearCrossEntropy',
    outputs: [loss],
    inputs,
    saved: gradients ?? [],
    backward: ([given], needs) => {
      const [factor] = device.read(given as Matrix)
      return (gradients ?? []).map((t, k) => (needs[k] ? handedOver(device, t, factor) : null))
    },
  })
  return loss
}

const gradientsOf = (device: Device, inputs: readonly Tensor[]): Tensor[] =>
  inputs.map(({ shape }) => allocate(device, shape))

const scaled = programOf(mul(scalar('factor'), variable('gradient')))

/** A saved gradient, times what the loss counts, as the tape takes it. */
function handedOver(device: Device, saved: Tensor, factor: number): Matrix {
  const matrix = saved.memory.lend('whose gradient was handed over in a backward pass.')
  if (factor !== 1) device.pointwise(scaled, { inputs: [matrix], outputs: [matrix], scalars: [factor] })
  return matrix
}
