/** One step of a layer after the other, the state carried: for input that comes piece by piece. */
import { cellNamed } from '../cells/registry.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { noGradient, step, type Tensor, tensor } from '../tensor/index.ts'
import { uniformValues } from './repeatable-numbers.ts'
import type { Run } from './run.ts'
import type { StreamWorkload } from './workloads.ts'

const INPUTS = 64

export class StreamRun implements Run {
  readonly units: number
  readonly layer: Recurrent
  readonly parameters: ReadonlyMap<string, Tensor>
  /** [1, B, I] each. */
  readonly inputs: readonly Tensor[]
  state: RecurrentState[]

  constructor({ cell, B, I, H, L }: StreamWorkload, units = 500) {
    this.units = units
    this.layer = new Recurrent(cellNamed(cell), { inputSize: I, hiddenSize: H, layers: L })
    this.parameters = this.layer.parameters()
    this.inputs = Array.from({ length: INPUTS }, (_, k) => tensor(uniformValues(B * I, k), [1, B, I]))
    this.state = this.layer.initialState(B)
  }

  once(): void {
    for (let i = 0; i < this.units; i++) this.#step(this.inputs[i % INPUTS])
  }

  #step(x: Tensor): void {
    const { state } = this
    this.state = step(() => noGradient(() => this.layer.forward(x, state).state), { consumes: state })
  }
}
