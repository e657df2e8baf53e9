/** The order in which an epoch sees its examples: by seed and epoch alone, so a resumed run goes on with the same. */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { permutation } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'

/** How many batches are sorted together: lengths are alike within a batch, and its members still differ by epoch. */
const WINDOW_BATCHES = 64

/**
 * Draws the order of one epoch.
 *
 * @param epoch  From 1, as everywhere; any whole number.
 * @returns      [count], each place once. The caller's.
 * @throws {OptionError} The seed is no whole number from 0 to 2^53 − 1.
 */
export function shuffledOrder(count: number, seed: number, epoch: number): Int32Array {
  return permutation(keyOf(seed, 'shuffle', epoch), count)
}

/**
 * Divides one epoch into batches of similar length: shuffle, sort each window of 64 batches by length, cut it into
 * batches, shuffle the batches. Each example comes once.
 *
 * @param lengths    Tokens of each example.
 * @param batchSize  Examples in a batch, 1 or more; one batch of the epoch may have fewer.
 * @returns          Places of examples; within a batch from the longest to the shortest. The caller's.
 * @throws {OptionError} The batch size or the seed is wrong.
 */
export function batchesByLength(
  lengths: ArrayLike<number>,
  batchSize: number,
  seed: number,
  epoch: number,
): Int32Array[] {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new OptionError(`batch: expected a whole number of 1 or more, got ${shown(batchSize)}. Try 32.`)
  }
  const order = shuffledOrder(lengths.length, seed, epoch)
  const windowSize = batchSize * WINDOW_BATCHES
  const batches: Int32Array[] = []
  for (let start = 0; start < order.length; start += windowSize) {
    // A stable sort, so equal lengths keep their drawn order.
    const window = order.subarray(start, start + windowSize).sort((a, b) => lengths[b] - lengths[a])
    for (let first = 0; first < window.length; first += batchSize) batches.push(window.slice(first, first + batchSize))
  }
  const turns = permutation(keyOf(seed, 'batch order', epoch), batches.length)
  return Array.from(turns, turn => batches[turn])
}
