/** A character model that writes: each token is drawn from the probabilities of the last step, and fed back. */
import { cellNamed } from '../cells/registry.ts'
import { Linear } from '../layers/linear.ts'
import { Recurrent } from '../layers/recurrent.ts'
import { RecurrentStream } from '../layers/recurrent-stream.ts'
import { type Tensor, zeros } from '../tensor/index.ts'
import { unitMatrix } from './language-model-run.ts'
import { drawFrom, repeatable } from './repeatable-numbers.ts'
import type { Run } from './run.ts'
import type { GenerateWorkload } from './workloads.ts'

export class GenerateRun implements Run {
  readonly units: number
  readonly parameters: ReadonlyMap<string, Tensor>
  readonly stream: RecurrentStream
  token = 0
  /** Of the last step, [V]. */
  probabilities: ArrayLike<number> = []
  readonly #linear: Linear
  /** [1, V]: logits, then probabilities. */
  readonly #answer: Tensor
  /** What has been drawn so far is not kept; the numbers that it is drawn with go on. */
  readonly #numbers = repeatable(3)

  constructor({ cell, B, H, L, V }: GenerateWorkload, units = 300) {
    this.units = units
    const recurrent = new Recurrent(cellNamed(cell), { inputSize: V, hiddenSize: H, layers: L })
    this.#linear = new Linear({ inputSize: H, outputSize: V })
    this.parameters = new Map([...recurrent.parameters(), ...this.#linear.parameters()])
    this.stream = new RecurrentStream(recurrent, B, undefined, unitMatrix(V))
    this.#answer = zeros([B, V])
  }

  once(): void {
    for (let i = 0; i < this.units; i++) this.#next()
  }

  #next(): void {
    const { weight, bias } = this.#linear
    const { device, matrix: answer } = this.#answer
    this.stream.indices?.fill(this.token)
    device.product(answer, this.stream.advance(), weight.matrix, { transposeB: true, bias: bias.matrix })
    device.softmax(answer, answer)
    this.probabilities = device.read(answer)
    this.token = drawFrom(this.probabilities, this.#numbers.next().value)
  }
}
