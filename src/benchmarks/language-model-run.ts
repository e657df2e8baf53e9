/** A training step of a language model: embedding or one-hot, recurrent layers, dense, loss, backward, optimizer. */
import { cellNamed } from '../cells/registry.ts'
import { Embedding } from '../layers/embedding.ts'
import { Linear } from '../layers/linear.ts'
import type { Packed } from '../layers/packed.ts'
import { type PackedOrder, packedOrder } from '../layers/packing.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { tableRows } from '../layers/table-rows.ts'
import { backward, linearCrossEntropy, step, type Tensor, tensor, zeroGradients } from '../tensor/index.ts'
import { gradientNorm } from '../training/gradient-norm.ts'
import { OptimizerState } from '../training/optimizer-state.ts'
import { optimizerNamed } from '../training/optimizers/registry.ts'
import { wholeValues } from './repeatable-numbers.ts'
import { BATCHES, type Run } from './run.ts'
import type { LanguageModelWorkload } from './workloads.ts'

export class LanguageModelRun implements Run {
  readonly units = 1
  readonly workload: LanguageModelWorkload
  readonly parameters: ReadonlyMap<string, Tensor>
  /** [T + 1, B] each, time-major: inputs are all rows but the last, labels all but the first. */
  readonly tokens: readonly Int32Array[]
  /** Of the last run, in nats. */
  loss = Number.NaN
  /** [V, I]: learned, or the unit matrix, whose rows are the one-hot rows. */
  readonly #table: Tensor
  readonly #recurrent: Recurrent
  readonly #linear: Linear
  readonly #optimizer: OptimizerState
  readonly #packing: PackedOrder
  #state: RecurrentState[]
  #turn = 0

  constructor(w: LanguageModelWorkload) {
    this.workload = w
    const learned = w.input === 'embedding' ? new Embedding({ vocabulary: w.V, embeddingSize: w.I }) : null
    this.#table = learned?.weight ?? unitMatrix(w.V)
    this.#recurrent = new Recurrent(cellNamed(w.cell), { inputSize: w.I, hiddenSize: w.H, layers: w.L })
    this.#linear = new Linear({ inputSize: w.H, outputSize: w.V })
    this.#state = this.#recurrent.initialState(w.B)
    this.#packing = packedOrder(new Int32Array(w.B).fill(w.T))
    this.parameters = new Map([
      ...(learned ? [['embedding', learned.weight] as const] : []),
      ...this.#recurrent.parameters(),
      ...this.#linear.parameters(),
    ])
    this.#optimizer = new OptimizerState(optimizerNamed(w.optimizer), this.parameters)
    this.tokens = Array.from({ length: BATCHES }, (_, k) => wholeValues((w.T + 1) * w.B, 20 + k, w.V))
  }

  once(): void {
    const { T, B, lr, clip, carryState } = this.workload
    const tokens = this.tokens[this.#turn++ % BATCHES]
    zeroGradients(this.parameters.values())
    const before = this.#state
    const run = () => this.#losses(tokens.subarray(0, T * B), tokens.subarray(B), before)
    const { loss, state } = step(run, carryState ? { consumes: before } : {})
    if (carryState) this.#state = state
    this.loss = loss
    this.#optimizer.step(lr, clip === 0 ? 1 : Math.min(1, clip / (gradientNorm(this.parameters) + 1e-6)))
  }

  #losses(inputs: Int32Array, labels: Int32Array, before: readonly RecurrentState[]) {
    const { carryState } = this.workload
    const x = tableRows(this.#table, inputs, this.#packing)
    const { output, state } = this.#recurrent.forward<Packed>(x, before)
    const loss = linearCrossEntropy(output.values, this.#linear.weight, this.#linear.bias, labels)
    backward(loss)
    return { loss: loss.item(), state: carryState ? state : [] }
  }
}

/** [size, size]: its rows are the one-hot rows. */
export function unitMatrix(size: number): Tensor {
  const values = new Float32Array(size * size)
  for (let i = 0; i < size; i++) values[i * size + i] = 1
  return tensor(values, [size, size])
}
