/**
 * The network of a text classifier: embedding, recurrent layers, one row a text, a linear layer.
 *
 *   ids → E[id] → dropout → recurrent layers → pooling over the text → dropout → W h + b → logits
 */
import type { Cell } from '../cells/define.ts'
import { Embedding } from '../layers/embedding.ts'
import type { Initialization } from '../layers/initialization-names.ts'
import { Linear } from '../layers/linear.ts'
import { maxOverTime } from '../layers/max-over-time.ts'
import { merged } from '../layers/merge.ts'
import { Packed } from '../layers/packed.ts'
import { packedOrder, packIds } from '../layers/packing.ts'
import { AttentionPooling, meanOverTime } from '../layers/pooling.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentOutput } from '../layers/recurrent-options.ts'
import { type WeightSource, within } from '../layers/weight-source.ts'
import { uniform } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { dropout, type Tensor } from '../tensor/index.ts'
import { UNKNOWN_ID } from '../text/vocabulary.ts'
import type { NetworkSizes, NetworkWeights } from './classifier-forward.ts'
import { linkNetwork } from './network-link.ts'

/** What the weights begin with, where they are drawn and not read. */
export interface FirstWeights {
  readonly seed: number
  readonly initialization: Initialization | null
  readonly forgetBias: number
}

/** Where a training step draws from; absent when predicting. */
export interface TrainingNoise {
  readonly seed: number
  /** From 1, over all epochs: one more for each batch. */
  readonly draw: number
  readonly dropout: number
  readonly wordDropout: number
  readonly weightDrop: number
}

/** Weights that are read are not drawn. */
const READ: FirstWeights = { seed: 0, initialization: null, forgetBias: 1 }

/** Standard deviation of the first word vectors: small, so that the first gates are half open. */
const EMBEDDING_DEVIATION = 0.1

export class ClassifierNetwork {
  readonly cell: Cell
  readonly sizes: NetworkSizes
  readonly #embedding: Embedding
  readonly #recurrent: Recurrent
  readonly #attention: AttentionPooling | null
  readonly #linear: Linear

  constructor(cell: Cell, sizes: NetworkSizes, source: WeightSource, first: FirstWeights = READ) {
    this.cell = cell
    this.sizes = sizes
    const { seed, initialization, forgetBias } = first
    this.#embedding = new Embedding({
      vocabulary: sizes.vocabulary,
      embeddingSize: sizes.embedding,
      deviation: EMBEDDING_DEVIATION,
      seed,
      source: within(source, 'embedding'),
    })
    this.#recurrent = new Recurrent(cell, {
      inputSize: sizes.embedding,
      hiddenSize: sizes.hidden,
      bidirectional: sizes.bidirectional,
      merge: sizes.merge,
      initialState: sizes.initialState,
      seed,
      forgetBias,
      ...(initialization && { initialization }),
      source: within(source, 'rnn'),
    })
    const inputSize = this.#recurrent.outputSize
    this.#attention =
      sizes.pooling === 'attention' ? new AttentionPooling(inputSize, seed, within(source, 'pooling')) : null
    this.#linear = new Linear({ inputSize, outputSize: sizes.classes, seed, source: within(source, 'linear') })
  }

  /** All weights by the names they have in a model file (design §8). */
  parameters(): Map<string, Tensor> {
    const under = (prefix: string, parameters: ReadonlyMap<string, Tensor>): [string, Tensor][] =>
      [...parameters].map(([name, t]) => [`${prefix}.${name}`, t])
    return new Map([
      ...under('embedding', this.#embedding.parameters()),
      ...under('rnn', this.#recurrent.parameters()),
      ...under('pooling', this.#attention?.parameters() ?? new Map()),
      ...under('linear', this.#linear.parameters()),
    ])
  }

  /**
   * @param sequences  Ids of each text, T_b ≥ 1.
   * @returns          Logits, [B, C], rows in the order of the texts.
   */
  logits(sequences: readonly Int32Array[], noise?: TrainingNoise): Tensor {
    return this.answer(this.read(sequences, [], noise), noise)
  }

  /** The logits, [B, C], of what `read` returned; of the first tokens of each text too, when given their rows. */
  answer(read: Pick<RecurrentOutput<Packed>, 'output' | 'state'>, noise?: TrainingNoise): Tensor {
    const pooled = this.#pool(read)
    return this.#linear.forward(
      noise ? dropout(pooled, noise.dropout, keyOf(noise.seed, 'dropout last', noise.draw)) : pooled,
    )
  }

  /** One row a text, [B, D·H]. */
  #pool({ output, state }: Pick<RecurrentOutput<Packed>, 'output' | 'state'>): Tensor {
    switch (this.sizes.pooling) {
      case 'last': {
        const top = state.slice(-(this.sizes.bidirectional ? 2 : 1)).map(s => s[this.cell.output])
        return top.length === 1 ? top[0] : merged(top[0], top[1], this.sizes.merge)
      }
      case 'mean':
        return meanOverTime(output)
      case 'max':
        return maxOverTime(output)
      case 'attention':
        return (this.#attention as AttentionPooling).forward(output)
    }
  }

  /** The recurrent layers' results, and any of the cell's quantities at every step. */
  read(sequences: readonly Int32Array[], record: readonly string[], noise?: TrainingNoise): RecurrentOutput<Packed> {
    const packing = packedOrder(sequences.map(s => s.length))
    const ids = packIds(packing, sequences)
    if (noise) dropWords(ids, noise)
    let x = this.#embedding.forward(ids)
    if (noise) x = dropout(x, noise.dropout, keyOf(noise.seed, 'dropout embedding', noise.draw))
    const inside = noise && {
      dropoutKey: keyOf(noise.seed, 'dropout layers', noise.draw),
      dropout: noise.dropout,
      weightDrop: noise.weightDrop,
    }
    return this.#recurrent.forward(new Packed(x, packing), undefined, { ...inside, record })
  }
}

/** Makes some tokens unknown ones, so that training meets them too. */
function dropWords(ids: Int32Array, { seed, draw, wordDropout }: TrainingNoise): void {
  if (wordDropout === 0) return
  const key = keyOf(seed, 'word dropout', draw)
  for (let i = 0; i < ids.length; i++) if (uniform(key, i) < wordDropout) ids[i] = UNKNOWN_ID
}

/** Makes `network` of any model work; once more changes nothing. */
export const linkClassifierNetwork = (): void => linkNetwork(networkFrom)

/** The same weights on tensors. */
export function networkFrom(other: NetworkWeights): ClassifierNetwork {
  const weights = other.parameters()
  return new ClassifierNetwork(other.cell, other.sizes, name => weights.get(name) as Tensor)
}

// Whoever has the class has it linked.
linkClassifierNetwork()
