/**
 * A language model that reads a token at a time, on matrices that were made once: what writing runs.
 *
 *   id → E[id] → recurrent layers, their state carried → W h + b
 *
 * The bits are those of `LanguageNetwork.read` and `logits`.
 */
import type { Device } from '../devices/device.ts'
import type { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { RecurrentStream } from '../layers/recurrent-stream.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'

export interface StreamedNetwork {
  /** [V, E]. */
  readonly embedding: Tensor
  readonly recurrent: Recurrent
  readonly linear: { readonly weight: Tensor; readonly bias: Tensor }
}

/** Rows of a table that are multiplied in advance: more take longer than the tokens that are read one by one. */
const MOST_TABLE_ROWS = 256

export class LanguageStream {
  readonly #network: StreamedNetwork
  readonly #recurrent: RecurrentStream
  readonly #device: Device
  /** [1, V]. */
  readonly #logits: Tensor
  /** The token, where the stream or the look-up reads it. */
  readonly #ids: Int32Array

  constructor(network: StreamedNetwork) {
    const { embedding, recurrent, linear } = network
    const { bias } = linear
    const table = embedding.shape[0] > MOST_TABLE_ROWS ? undefined : embedding
    this.#network = network
    this.#recurrent = new RecurrentStream(recurrent, 1, undefined, table)
    this.#ids = this.#recurrent.indices ?? new Int32Array(1)
    this.#device = bias.device
    this.#logits = allocate(bias.device, [1, bias.shape[0]])
  }

  /** Reads a token. @returns Logits of the next one, [V]: a copy. */
  read(id: number): Float32Array | Float64Array {
    const { embedding, linear } = this.#network
    const logits = this.#logits.matrix
    this.#ids[0] = id
    if (!this.#recurrent.indices) this.#device.gatherRows(this.#recurrent.input, embedding.matrix, this.#ids)
    const h = this.#recurrent.advance()
    this.#device.product(logits, h, linear.weight.matrix, { transposeB: true, bias: linear.bias.matrix })
    return this.#device.read(logits)
  }

  /** Goes on from another state; read, never written. */
  restart(state: readonly RecurrentState[]): void {
    this.#recurrent.restart(state)
  }
}
