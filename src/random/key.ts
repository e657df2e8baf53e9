/**
 * Keys: every use of chance in the library has one of its own, made from the seed, a purpose and indices such as epoch
 * and step. A value then depends only on its key and its place, never on how many values were drawn before it, so
 * shuffling, dropout, initial weights and sampling are the same for any number of threads and after resuming.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { threefry2x32 } from './threefry.ts'

/** The two key words of Threefry, each 0 … 2^32 − 1. Plain data: pass it to a kernel or a worker as it is. */
export interface RandomKey {
  readonly key0: number
  readonly key1: number
}

/** Set in the counter of a derived key, so that deriving and drawing never read the same block. */
const DERIVATION = 0x80000000

/**
 * Derives the key for one use of chance.
 *
 *   key = threefry(key = lower and upper half of the seed, counter = (FNV-1a(purpose), 2^31))
 *   key = subkey(key, index)                                                 for each index in turn
 *
 * @param seed     The user's seed, a whole number 0 … 2^53 − 1; all its bits count.
 * @param purpose  What the numbers are for, e.g. `'shuffle'`, `'dropout'`; distinct purposes are independent.
 * @param indices  Whole numbers 0 … 2^53 − 1, e.g. epoch and step. Their order and number count.
 * @throws {OptionError} The seed or an index is not such a number.
 */
export function keyOf(seed: number, purpose: string, ...indices: readonly number[]): RandomKey {
  requireWhole(seed, 'seed')
  let key = derived({ key0: lowerHalf(seed), key1: upperHalf(seed) }, fnv1a(purpose), 0)
  for (const index of indices) key = subkey(key, index)
  return key
}

/**
 * Derives a key from a key, as `keyOf` does for each of its indices.
 *
 *   key = threefry(key, counter = (lower half of the index, upper half of the index + 2^31))
 *
 * @param index  A whole number 0 … 2^53 − 1.
 * @throws {OptionError} The index is not such a number.
 */
export function subkey(key: RandomKey, index: number): RandomKey {
  requireWhole(index, 'subkey index')
  return derived(key, lowerHalf(index), upperHalf(index))
}

/**
 * Hashes a purpose: FNV-1a, 32 bits, over the UTF-8 bytes.
 *
 * @returns  0 … 2^32 − 1.
 * @see Fowler, Noll & Vo; draft-eastlake-fnv.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** The lower 32 bits of a whole number 0 … 2^53 − 1. */
export function lowerHalf(whole: number): number {
  return whole >>> 0
}

/** The bits of a whole number 0 … 2^53 − 1 above the lower 32. */
export function upperHalf(whole: number): number {
  return Math.floor(whole / 2 ** 32)
}

function derived(key: RandomKey, counter0: number, counter1: number): RandomKey {
  const [key0, key1] = threefry2x32(key.key0, key.key1, counter0, counter1 + DERIVATION)
  return { key0, key1 }
}

function requireWhole(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new OptionError(
    `${name}: expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got ${shown(value)}. Choose such a number.`,
  )
}
