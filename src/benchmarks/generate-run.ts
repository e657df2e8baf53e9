/** A character model that writes: each token is drawn from the probabilities of the last step, and fed back. */
import { cellNamed } from '../cells/registry.ts'
import { Linear } from '../layers/linear.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { noGradient, reshape, softmax, step, type Tensor, tensor } from '../tensor/index.ts'
import { drawFrom, repeatable } from './repeatable-numbers.ts'
import type { Run } from './run.ts'
import type { GenerateWorkload } from './workloads.ts'

export class GenerateRun implements Run {
  readonly units: number
  readonly parameters: ReadonlyMap<string, Tensor>
  readonly recurrent: Recurrent
  readonly linear: Linear
  state: RecurrentState[]
  token = 0
  /** Of the last step, [V]. */
  probabilities: ArrayLike<number> = []
  /** What has been drawn so far is not kept; the numbers that it is drawn with go on. */
  readonly #numbers = repeatable(3)
  /** [1, 1, V], one a token. */
  readonly #oneHot: readonly Tensor[]

  constructor({ cell, B, H, L, V }: GenerateWorkload, units = 300) {
    this.units = units
    this.recurrent = new Recurrent(cellNamed(cell), { inputSize: V, hiddenSize: H, layers: L })
    this.linear = new Linear({ inputSize: H, outputSize: V })
    this.parameters = new Map([...this.recurrent.parameters(), ...this.linear.parameters()])
    this.state = this.recurrent.initialState(B)
    this.#oneHot = Array.from({ length: V }, (_, token) =>
      tensor(
        Float32Array.from({ length: V }, (_, v) => (v === token ? 1 : 0)),
        [1, 1, V],
      ),
    )
  }

  once(): void {
    for (let i = 0; i < this.units; i++) this.#next()
  }

  #next(): void {
    const consumes = this.state
    const { state, probabilities } = step(() => noGradient(() => this.#probabilities()), { consumes })
    this.state = state
    this.probabilities = probabilities
    this.token = drawFrom(probabilities, this.#numbers.next().value)
  }

  #probabilities() {
    const { output, state } = this.recurrent.forward(this.#oneHot[this.token], this.state)
    const logits = this.linear.forward(reshape(output, [1, this.recurrent.outputSize]))
    return { state, probabilities: softmax(logits).toArray() }
  }
}
