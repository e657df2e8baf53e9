/**
 * The network of a language model: embedding, recurrent layers in one direction, a linear layer over the vocabulary.
 *
 *   ids → E[id] → dropout → recurrent layers → dropout → W h + b → logits of the next token
 *
 * With tied weights W is E: one tensor, `embedding.weight`, used twice (Press & Wolf 2017; Inan et al. 2017).
 */
import type { Cell } from '../cells/define.ts'
import type { Device } from '../devices/device.ts'
import { OptionError } from '../errors/errors.ts'
import { Embedding } from '../layers/embedding.ts'
import { Linear } from '../layers/linear.ts'
import { Packed } from '../layers/packed.ts'
import { type PackedOrder, packedOrder } from '../layers/packing.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { type TableRows, tableRows } from '../layers/table-rows.ts'
import { type WeightSource, within } from '../layers/weight-source.ts'
import { keyOf } from '../random/key.ts'
import { dropout, linearCrossEntropy, type Tensor } from '../tensor/index.ts'
import type { FirstWeights } from './classifier-network.ts'
import { LanguageStream } from './language-stream.ts'

export interface LanguageNetworkSizes {
  readonly vocabulary: number
  readonly embedding: number
  /** Of each layer. */
  readonly hidden: readonly number[]
  readonly initialState: 'zero' | 'learned'
  readonly tieWeights: boolean
}

/** Where a training step draws from; absent when predicting. */
export interface LanguageNoise {
  readonly seed: number
  /** From 1, over all epochs: one more for each window. */
  readonly draw: number
  /** On the embedding, between layers, before the output. */
  readonly dropout: number
  /** On the embedding, where it is another. @default dropout */
  readonly embeddingDropout?: number | undefined
  readonly weightDrop: number
}

/** Weights that are read are not drawn. */
const READ: FirstWeights = { seed: 0, initialization: null, forgetBias: 1 }

/** Standard deviation of the first vectors: as the output's weight, which a tied embedding is too. */
const EMBEDDING_DEVIATION = 0.1

export class LanguageNetwork {
  readonly cell: Cell
  readonly sizes: LanguageNetworkSizes
  readonly #embedding: Embedding
  readonly #recurrent: Recurrent
  readonly #linear: Linear

  /** @throws {OptionError} tied weights, and an embedding of another width than the last layer. */
  constructor(cell: Cell, sizes: LanguageNetworkSizes, source: WeightSource, first: FirstWeights = READ) {
    this.cell = cell
    this.sizes = sizes
    const { seed, initialization, forgetBias } = first
    const { vocabulary, embedding, tieWeights } = sizes
    const ofEmbedding = within(source, 'embedding')
    this.#embedding = new Embedding({
      vocabulary,
      embeddingSize: embedding,
      deviation: EMBEDDING_DEVIATION,
      seed,
      source: ofEmbedding,
    })
    this.#recurrent = new Recurrent(cell, {
      inputSize: embedding,
      hiddenSize: sizes.hidden,
      initialState: sizes.initialState,
      seed,
      forgetBias,
      ...(initialization && { initialization }),
      source: within(source, 'rnn'),
    })
    const inputSize = this.#recurrent.outputSize
    if (tieWeights && inputSize !== embedding) throw untied(embedding, inputSize)
    const ofLinear = within(source, 'linear')
    const tied: WeightSource = (name, shape, draw) =>
      name === 'weight' ? this.#embedding.weight : ofLinear(name, shape, draw)
    this.#linear = new Linear({ inputSize, outputSize: vocabulary, seed, source: tieWeights ? tied : ofLinear })
  }

  get device(): Device {
    return this.#embedding.weight.device
  }

  /** All weights by the names they have in a model file (design §8); one that is used twice is there once. */
  parameters(): Map<string, Tensor> {
    const linear = this.#linear.parameters()
    if (this.sizes.tieWeights) linear.delete('weight')
    const under = (prefix: string, parameters: ReadonlyMap<string, Tensor>): [string, Tensor][] =>
      [...parameters].map(([name, t]) => [`${prefix}.${name}`, t])
    return new Map([
      ...under('embedding', this.#embedding.parameters()),
      ...under('rnn', this.#recurrent.parameters()),
      ...under('linear', linear),
    ])
  }

  /** The state before the first token, [B, H] for each of the cell's states, one object a layer. */
  initialState(batch: number): RecurrentState[] {
    return this.#recurrent.initialState(batch, this.device)
  }

  /**
   * Reads on.
   *
   * @param ids    Of T steps of B runs, [T·B], time-major: step t of run b is at t·B + b.
   * @param state  Where the runs stand: what `initialState` or an earlier call returned.
   * @param record Quantities of the cell whose value at every step is wanted.
   * @returns      The last layer's output after each token, [T·B, H], the state after the last, and what was recorded
   *               of each layer, [T·B, H].
   */
  read(
    ids: Int32Array,
    batch: number,
    state: readonly RecurrentState[],
    noise?: LanguageNoise,
    record: readonly string[] = [],
  ) {
    const packing = packedOrder(new Int32Array(batch).fill(ids.length / batch))
    const x = this.#vectors(ids, packing, noise)
    const inside = noise && {
      dropoutKey: keyOf(noise.seed, 'dropout layers', noise.draw),
      dropout: noise.dropout,
      weightDrop: noise.weightDrop,
    }
    const read = this.#recurrent.forward<Packed>(x, state, { ...inside, record })
    const { output, state: next, recorded } = read
    const h = noise
      ? dropout(output.values, noise.dropout, keyOf(noise.seed, 'dropout last', noise.draw))
      : output.values
    return { output: h, state: next, recorded }
  }

  /** E[id] of each token; with noise, some of their numbers are 0. */
  #vectors(ids: Int32Array, packing: PackedOrder, noise: LanguageNoise | undefined): Packed | TableRows {
    const share = noise ? (noise.embeddingDropout ?? noise.dropout) : 0
    if (!noise || share === 0) return tableRows(this.#embedding.weight, ids, packing)
    const key = keyOf(noise.seed, 'dropout embedding', noise.draw)
    return new Packed(dropout(this.#embedding.forward(ids), share, key), packing)
  }

  /** Reads a token at a time from the first state on, for writing. */
  stream(): LanguageStream {
    const { weight: embedding } = this.#embedding
    return new LanguageStream({ embedding, recurrent: this.#recurrent, linear: this.#linear })
  }

  /** The mean loss of the token that follows each row, in nats, [], without keeping all logits. */
  loss(output: Tensor, targets: Int32Array): Tensor {
    return linearCrossEntropy(output, this.#linear.weight, this.#linear.bias, targets)
  }

  /** @param output  Rows of what `read` returned, [N, H]. @returns Logits of the token that follows each, [N, V]. */
  logits(output: Tensor): Tensor {
    return this.#linear.forward(output)
  }
}

function untied(embedding: number, width: number): OptionError {
  return new OptionError(
    `tie-weights: expected an embedding as wide as the last layer's output (${width}), got ${embedding}. ` +
      `Use an embedding of ${width}, or leave it out.`,
  )
}
