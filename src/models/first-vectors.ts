/**
 * A training that begins with the vectors of a file: the first weights that follow. Loaded when somebody has vectors.
 */
import type { WordVectors } from '../data/word-vectors.ts'
import type { Device } from '../devices/device.ts'
import { OptionError } from '../errors/errors.ts'
import { plural } from '../errors/plural.ts'
import { sha256 } from '../formats/sha256.ts'
import { drawn, type WeightSource } from '../layers/weight-source.ts'
import { flatTensor } from '../tensor/create.ts'
import type { Vocabulary } from '../text/vocabulary.ts'

/**
 * @param given  The width of the embedding that was asked for, if one was.
 * @throws {OptionError} it is not that of the vectors.
 */
export function requireWidth(given: unknown, { dimensions }: WordVectors): void {
  if (given === undefined || given === null || given === dimensions) return
  throw new OptionError(
    `vectors: expected an embedding of ${plural(dimensions, 'number')}, as the vectors have, got ${given}. ` +
      `Give ${dimensions}, or leave embedding out.`,
  )
}

/** New weights, the vectors of known words taken from a file. */
export function sourceWithVectors(
  { vectors, dimensions }: WordVectors,
  { tokens }: Vocabulary,
  isFrozen: boolean,
  device: Device,
): WeightSource {
  const fresh = drawn(device)
  return (name, shape, draw) => {
    if (name !== 'embedding.weight') return fresh(name, shape, draw)
    const values = draw()
    tokens.forEach((token, id) => {
      const vector = vectors.get(token)
      if (vector) values.set(vector, id * dimensions)
    })
    return flatTensor(values, shape, { device, requiresGradient: !isFrozen })
  }
}

/** Other vectors make another run: what a checkpoint keeps of them. */
export function hashOfVectors({ vectors }: WordVectors): string {
  const text = JSON.stringify([...vectors].map(([word, values]) => [word, ...values]))
  return sha256(new TextEncoder().encode(text)).slice(0, 16)
}
