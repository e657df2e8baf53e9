/**
 * Numbers drawn from a key by place: the i-th is the same whichever others are drawn, and in whatever order.
 *
 * Only + − × ÷ √ on 64-bit numbers and integer arithmetic, whose results the language fixes to the last bit; so every
 * engine draws the same.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { lowerHalf, type RandomKey, upperHalf } from './key.ts'
import { normalQuantile } from './normal-quantile.ts'
import { threefry2x32Into } from './threefry.ts'

/** What the upper 24 bits of a word are multiplied with to lie in [0, 1). */
export const UNIFORM_SCALE = 2 ** -24

const block = new Uint32Array(2)

/**
 * Draws one uniform number.
 *
 * @param index  Its place, a whole number 0 … 2^53 − 1. Two neighbours share a block: word i & 1 of counter i ÷ 2.
 * @returns      [0, 1), a multiple of 2^−24 from the word's upper 24 bits: exact as a 32-bit float.
 */
export function uniform(key: RandomKey, index: number): number {
  return (wordAt(key, index) >>> 8) * UNIFORM_SCALE
}

/** Draws the uniform numbers 0 … count − 1 of a key, [count]. */
export function uniforms(key: RandomKey, count: number): Float32Array {
  return filled(key, count, word => (word >>> 8) * UNIFORM_SCALE)
}

/**
 * Draws one number of the standard normal distribution, mean 0 and deviation 1.
 *
 *   z = Φ^−1((word + ½) · 2^−32)      so |z| < 6.4
 *
 * @param index  Its place, as for `uniform`.
 */
export function normal(key: RandomKey, index: number): number {
  return normalQuantile((wordAt(key, index) + 0.5) * 2 ** -32)
}

/** Draws the normal numbers 0 … count − 1 of a key, rounded to 32-bit floats, [count]. */
export function normals(key: RandomKey, count: number): Float32Array {
  return filled(key, count, word => normalQuantile((word + 0.5) * 2 ** -32))
}

/**
 * Draws a whole number below a limit.
 *
 *   ⌊u · limit⌋, u of 53 bits from both words of counter `index`
 *
 * @param index  Its place, 0 … 2^53 − 1; a block of its own, unlike `uniform`'s.
 * @param limit  1 … 2^53 − 1. The bias is below limit · 2^−53.
 * @returns      0 … limit − 1.
 * @throws {OptionError} The limit is not such a number.
 */
export function integerBelow(key: RandomKey, index: number, limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new OptionError(`integerBelow: expected a limit of 1 or more, got ${shown(limit)}. Pass a whole number.`)
  }
  threefry2x32Into(block, 0, key.key0, key.key1, lowerHalf(index), upperHalf(index))
  const fraction = ((block[0] >>> 5) * 2 ** 26 + (block[1] >>> 6)) * 2 ** -53
  return Math.floor(fraction * limit)
}

/**
 * Draws an order of 0 … count − 1: Fisher & Yates, with the exchange at each place drawn by that place.
 *
 * @returns  [count], each number once. The caller's.
 */
export function permutation(key: RandomKey, count: number): Int32Array {
  const order = new Int32Array(count)
  for (let place = 0; place < count; place++) {
    const other = integerBelow(key, place, place + 1)
    order[place] = order[other]
    order[other] = place
  }
  return order
}

function wordAt(key: RandomKey, index: number): number {
  const counter = Math.floor(index / 2)
  threefry2x32Into(block, 0, key.key0, key.key1, lowerHalf(counter), upperHalf(counter))
  return block[index % 2]
}

function filled(key: RandomKey, count: number, fromWord: (word: number) => number): Float32Array {
  const values = new Float32Array(count)
  for (let index = 0; index < count; index += 2) {
    const counter = index / 2
    threefry2x32Into(block, 0, key.key0, key.key1, lowerHalf(counter), upperHalf(counter))
    values[index] = fromWord(block[0])
    if (index + 1 < count) values[index + 1] = fromWord(block[1])
  }
  return values
}
