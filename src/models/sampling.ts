/**
 * Which token comes next: a distribution shaped by temperature, top-k and top-p, and a draw from it.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { uniform } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { UNKNOWN_ID } from '../text/vocabulary.ts'
import { indexOfLargest } from './largest.ts'

export interface SamplingOptions {
  /** What logits are divided by, 0 … 100: 0 always takes the most probable token. @default 1 */
  readonly temperature?: number
  /** Only this many of the most probable tokens. @default all */
  readonly topK?: number
  /** Only the most probable tokens that together have this probability, 0 … 1. @default 1 */
  readonly topP?: number
  /** @default 1 */
  readonly seed?: number
}

/** @throws {OptionError} a value is out of range. */
export function checkSampling(where: string, { temperature = 1, topK = 1, topP = 1 }: SamplingOptions): void {
  const fail = (name: string, expected: string, got: unknown): never => {
    throw new OptionError(`${where}: expected ${name} to be ${expected}, got ${shown(got)}.`)
  }
  if (!(temperature >= 0 && temperature <= 100)) fail('temperature', 'a number from 0 to 100', temperature)
  if (!Number.isSafeInteger(topK) || topK < 1) fail('topK', 'a whole number of 1 or more', topK)
  if (!(topP > 0 && topP <= 1)) fail('topP', 'a number above 0 and at most 1', topP)
}

/**
 * Probabilities of all tokens but the unknown one, whose share goes to the others.
 *
 *   p_i = e^{(z_i − max z) / temperature} / Σ_j e^{(z_j − max z) / temperature},   p_unknown = 0
 *
 * @param logits       [V], V ≥ 2.
 * @param temperature  Above 0.
 * @returns            [V], the caller's.
 */
export function probabilitiesOf(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const known = Float64Array.from(logits)
  known[UNKNOWN_ID] = Number.NEGATIVE_INFINITY
  const peak = known[indexOfLargest(known)]
  const powers = known.map(z => Math.exp((z - peak) / temperature))
  return normalized(powers)
}

/**
 * Keeps the k most probable tokens, then the fewest most probable of these that together have p, and gives the rest's
 * share to them. Of equally probable tokens the one with the lower id goes first.
 *
 * @param probabilities  [V], summing to 1.
 * @returns              [V], the caller's.
 * @see Fan et al. 2018 (top-k), Holtzman et al. 2020 (top-p, "nucleus").
 */
export function shortlisted(probabilities: Float64Array, topK: number, topP: number): Float64Array {
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a] || a - b)
  const candidates = order.slice(0, topK)
  const limit = topP * candidates.reduce((sum, id) => sum + probabilities[id], 0)
  const kept = new Float64Array(probabilities.length)
  let sum = 0
  for (const id of candidates) {
    kept[id] = probabilities[id]
    sum += probabilities[id]
    if (topP < 1 && sum >= limit) break
  }
  return normalized(kept)
}

/**
 * Draws a token: the first whose probabilities up to and with it exceed a uniform number, which depends on the seed and
 * the place alone.
 *
 * @param place  Of the token among those drawn, from 0.
 */
export function sample(logits: ArrayLike<number>, place: number, options: SamplingOptions): number {
  const { temperature = 1, topK = Number.POSITIVE_INFINITY, topP = 1, seed = 1 } = options
  if (temperature === 0) return indexOfLargest(probabilitiesOf(logits))
  const all = probabilitiesOf(logits, temperature)
  const probabilities = topK < all.length || topP < 1 ? shortlisted(all, topK, topP) : all
  const u = uniform(keyOf(seed, 'sampling'), place)
  let sum = 0
  for (let id = 0; id < probabilities.length; id++) {
    sum += probabilities[id]
    if (u < sum) return id
  }
  // The sum may end a rounding below 1.
  return probabilities.findLastIndex(p => p > 0)
}

function normalized(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0)
  return values.map(value => value / total)
}
