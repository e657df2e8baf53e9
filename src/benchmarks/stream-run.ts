/** One step of a layer after the other, the state carried: for input that comes piece by piece. */
import { cellNamed } from '../cells/registry.ts'
import { Recurrent } from '../layers/recurrent.ts'
import { RecurrentStream } from '../layers/recurrent-stream.ts'
import type { Tensor } from '../tensor/index.ts'
import { uniformValues } from './repeatable-numbers.ts'
import type { Run } from './run.ts'
import type { StreamWorkload } from './workloads.ts'

const INPUTS = 64

export class StreamRun implements Run {
  readonly units: number
  readonly parameters: ReadonlyMap<string, Tensor>
  /** [B, I] each. */
  readonly inputs: readonly Float32Array[]
  readonly stream: RecurrentStream
  /** Of the last step, [B, H]. */
  output: ArrayLike<number> = []

  constructor({ cell, B, I, H, L }: StreamWorkload, units = 500) {
    this.units = units
    const layer = new Recurrent(cellNamed(cell), { inputSize: I, hiddenSize: H, layers: L })
    this.parameters = layer.parameters()
    this.inputs = Array.from({ length: INPUTS }, (_, k) => uniformValues(B * I, k))
    this.stream = new RecurrentStream(layer, B)
  }

  once(): void {
    for (let i = 0; i < this.units; i++) this.output = this.stream.step(this.inputs[i % INPUTS])
  }
}
