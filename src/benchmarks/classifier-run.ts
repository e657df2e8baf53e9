/** A training step of a classifier: sentences of unequal length, embedding, a layer, its last states, dense, Adam. */
import { cellNamed } from '../cells/registry.ts'
import { Embedding } from '../layers/embedding.ts'
import { Linear } from '../layers/linear.ts'
import { Packed } from '../layers/packed.ts'
import { packedOrder, packIds } from '../layers/packing.ts'
import { Recurrent } from '../layers/recurrent.ts'
import { backward, crossEntropy, step, type Tensor, zeroGradients } from '../tensor/index.ts'
import { OptimizerState } from '../training/optimizer-state.ts'
import { optimizerNamed } from '../training/optimizers/registry.ts'
import { lengthsOf, wholeValues } from './repeatable-numbers.ts'
import { BATCHES, type Run } from './run.ts'
import type { ClassifierWorkload } from './workloads.ts'

interface Batch {
  /** Ids of each sentence. */
  readonly sentences: readonly Int32Array[]
  /** [B]. */
  readonly labels: Int32Array
}

export class ClassifierRun implements Run {
  readonly units = 1
  readonly parameters: ReadonlyMap<string, Tensor>
  readonly batches: readonly Batch[]
  /** Of the last run, in nats. */
  loss = Number.NaN
  readonly #embedding: Embedding
  readonly #recurrent: Recurrent
  readonly #linear: Linear
  readonly #optimizer: OptimizerState
  readonly #learningRate: number
  #turn = 0

  /** @param optimizer  `adam`, or one that leaves the rows alone that a batch does not use. */
  constructor(w: ClassifierWorkload, optimizer: string = w.optimizer) {
    this.#embedding = new Embedding({ vocabulary: w.V, embeddingSize: w.I })
    this.#recurrent = new Recurrent(cellNamed(w.cell), { inputSize: w.I, hiddenSize: w.H, layers: w.L })
    this.#linear = new Linear({ inputSize: w.H, outputSize: w.classes })
    this.parameters = new Map([
      ['embedding', this.#embedding.weight],
      ...this.#recurrent.parameters(),
      ...this.#linear.parameters(),
    ])
    this.#optimizer = new OptimizerState(optimizerNamed(optimizer), this.parameters)
    this.#learningRate = w.lr
    const lengths = lengthsOf(w)
    this.batches = Array.from({ length: BATCHES }, (_, k) => ({
      sentences: lengths.map((length, b) => wholeValues(length, 1000 * (k + 1) + b, w.V)),
      labels: wholeValues(w.B, 7 + k, w.classes),
    }))
  }

  once(): void {
    const { sentences, labels } = this.batches[this.#turn++ % BATCHES]
    zeroGradients(this.parameters.values())
    this.loss = step(() => {
      const loss = crossEntropy(this.#logits(sentences), labels)
      backward(loss)
      return loss.item()
    })
    this.#optimizer.step(this.#learningRate, 1)
  }

  #logits(sentences: readonly Int32Array[]): Tensor {
    const packing = packedOrder(sentences.map(s => s.length))
    const x = this.#embedding.forward(packIds(packing, sentences))
    const { state } = this.#recurrent.forward(new Packed(x, packing))
    return this.#linear.forward(state[0].h)
  }
}
