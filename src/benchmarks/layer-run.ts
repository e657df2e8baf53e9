/** One recurrent layer over sequences of equal length, forward or forward and backward. */
import type { Cell } from '../cells/define.ts'
import { cellNamed } from '../cells/registry.ts'
import { Recurrent } from '../layers/recurrent.ts'
import { backward, noGradient, step, type Tensor, tensor, zeroGradients } from '../tensor/index.ts'
import { uniformValues } from './repeatable-numbers.ts'
import type { Run } from './run.ts'
import type { LayerWorkload, Phase } from './workloads.ts'

/** The input and what the gradient of the output is. */
interface Batch {
  /** [T, B, I] and [T, B, H]. */
  readonly x: Tensor
  readonly dy: Tensor
}

export class LayerRun implements Run {
  readonly units = 1
  readonly layer: Recurrent
  readonly parameters: ReadonlyMap<string, Tensor>
  readonly batches: readonly Batch[]
  readonly #isTraining: boolean
  #turn = 0

  /** @param cell  Default: the workload's. */
  constructor({ T, B, I, H, L, ...w }: LayerWorkload, phase: Phase, cell: Cell = cellNamed(w.cell)) {
    this.#isTraining = phase === 'train'
    this.layer = new Recurrent(cell, { inputSize: I, hiddenSize: H, layers: L })
    this.parameters = this.layer.parameters()
    const requiresGradient = this.#isTraining
    this.batches = [5, 6].map(seed => ({
      x: tensor(uniformValues(T * B * I, seed), [T, B, I], { requiresGradient }),
      dy: tensor(uniformValues(T * B * H, seed + 10), [T, B, H]),
    }))
  }

  once(): void {
    const batch = this.batches[this.#turn++ % this.batches.length]
    if (this.#isTraining) this.#train(batch)
    else step(() => void noGradient(() => this.layer.forward(batch.x)))
  }

  /** To the gradients of the input and of all weights. */
  #train({ x, dy }: Batch): void {
    zeroGradients([...this.parameters.values(), ...this.batches.map(b => b.x)])
    step(() => backward(this.layer.forward(x).output, dy))
  }
}
