/**
 * The embedding: a vector for each token, looked up by its id.
 */
import { normals } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { embedding, type Indices, type Tensor } from '../tensor/index.ts'
import { drawn, type WeightSource } from './weight-source.ts'

export interface EmbeddingOptions {
  /** Ids, V. */
  readonly vocabulary: number
  /** Numbers in a vector, E. */
  readonly embeddingSize: number
  /** Standard deviation of the first values. @default 1, as torch.nn.Embedding */
  readonly deviation?: number
  /** The first values follow from it. @default 1 */
  readonly seed?: number
  /** @default drawn on the default device */
  readonly source?: WeightSource
}

export class Embedding {
  /** [V, E]. */
  readonly weight: Tensor

  constructor({ vocabulary, embeddingSize, deviation = 1, seed = 1, source = drawn() }: EmbeddingOptions) {
    this.weight = source('weight', [vocabulary, embeddingSize], () =>
      normals(keyOf(seed, 'initial embedding'), vocabulary * embeddingSize).map(z => z * deviation),
    )
  }

  parameters(): Map<string, Tensor> {
    return new Map([['weight', this.weight]])
  }

  /** @param ids  [tokens]. @returns [tokens, E]. @throws {OptionError} an id is not 0 … V − 1. */
  forward(ids: Indices): Tensor {
    return embedding(ids, this.weight)
  }
}
