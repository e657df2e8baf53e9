/**
 * Where a classifier's training starts: new weights, the vectors of a file, or a trained model.
 */
import type { WordVectors } from '../data/word-vectors.ts'
import type { Device } from '../devices/device.ts'
import { OptionError } from '../errors/errors.ts'
import { drawn, type WeightSource } from '../layers/weight-source.ts'
import { tensor } from '../tensor/index.ts'
import { countTokens, Vocabulary } from '../text/vocabulary.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import type { ClassifierParts } from './text-classifier-file.ts'
import type { TextClassifierOptions } from './text-classifier-options.ts'
import { TextEncoder } from './text-encoder.ts'

/** Options that a trained model has settled; going on from it with others makes no sense. */
const SETTLED = [
  'tokens',
  'language',
  'lowercase',
  'maxTokens',
  'cell',
  'embedding',
  'hidden',
  'layers',
  'activation',
  'gateActivation',
  'initialState',
  'bidirectional',
  'merge',
  'pooling',
  // These two are in the equations, and zoneout acts when predicting, too.
  'recurrentDropout',
  'zoneout',
  // How weights begin that are there already.
  'initialization',
  'forgetBias',
] as const satisfies readonly (keyof TextClassifierOptions)[]

/** @throws {OptionError} vectors and a model are given, or vectors are to be frozen and none are given. */
export function requireOneStart({ from, vectors, freezeVectors }: TrainOptions): void {
  if (from && vectors) {
    throw new OptionError('vectors: expected vectors or a model to go on from, got both. Leave one of them out.')
  }
  if (freezeVectors && !vectors) {
    throw new OptionError('freezeVectors: expected vectors that can be frozen, got none. Give vectors, too.')
  }
}

/**
 * The options of a training that goes on from a model: what is not given is the model's.
 *
 * @throws {OptionError} one is given that the model has settled otherwise.
 */
export function optionsFrom(from: ClassifierParts, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const was = from.summary.options
  for (const name of SETTLED) {
    if (given[name] === undefined || JSON.stringify(given[name]) === JSON.stringify(was[name])) continue
    throw new OptionError(
      `from: expected ${name} as in the model (${JSON.stringify(was[name])}), got ${JSON.stringify(given[name])}. ` +
        'Leave it out, or train anew.',
    )
  }
  return { ...Object.fromEntries(SETTLED.map(name => [name, was[name]])), ...given }
}

/** The model's encoder with the new texts' frequent words after its own. */
export function encoderFrom(
  from: ClassifierParts,
  texts: readonly string[],
  settings: TextClassifierOptions,
): TextEncoder {
  const { tokenizer, vocabulary } = from.encoder
  const counts = countTokens(texts.map(text => tokenizer.tokens(text)))
  const fresh = [...counts]
    .filter(([token, count]) => count >= settings.minimumCount && !vocabulary.has(token))
    .sort((a, b) => b[1] - a[1])
    .slice(0, Math.max(0, settings.vocabulary - vocabulary.size))
  return new TextEncoder(tokenizer, new Vocabulary([...vocabulary.tokens, ...fresh.map(([token]) => token)]))
}

/** The model's weights; rows of new words and labels are drawn. */
export function sourceFrom(from: ClassifierParts, labels: readonly string[], device: Device): WeightSource {
  const weights = from.network.parameters()
  return (name, shape, draw) => {
    const values = draw()
    const old = weights.get(name)
    if (old) {
      const before = old.toArray()
      if (name.startsWith('linear.'))
        copyRows(
          values,
          before,
          labels.map(label => from.labels.indexOf(label)),
          shape[1] ?? 1,
        )
      // New words stand behind the old ones.
      else values.set(before)
    }
    return tensor(values, shape, { device, requiresGradient: true })
  }
}

/** @param rows  For each row of the target the row of the source, or −1. */
function copyRows(target: Float32Array, source: ArrayLike<number>, rows: readonly number[], width: number): void {
  rows.forEach((from, to) => {
    for (let j = 0; from >= 0 && j < width; j++) target[to * width + j] = source[from * width + j]
  })
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
    return tensor(values, shape, { device, requiresGradient: !isFrozen })
  }
}
