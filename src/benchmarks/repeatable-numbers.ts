/**
 * Numbers that every peer, in any language, can repeat exactly: a linear congruential generator. Data and drawing in
 * benchmarks only; the library draws with `random/`.
 */

/** Numbers in [0, 1), multiples of 2^−24, without end. */
export function* repeatable(seed: number): Generator<number, never> {
  let state = seed >>> 0
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield (state >>> 8) / 2 ** 24
  }
}

/** [count], uniform in ±scale. */
export function uniformValues(count: number, seed: number, scale = 1): Float32Array {
  const numbers = repeatable(seed)
  return new Float32Array(count).map(() => (numbers.next().value * 2 - 1) * scale)
}

/** [count], whole numbers 0 … limit − 1. */
export function wholeValues(count: number, seed: number, limit: number): Int32Array {
  const numbers = repeatable(seed)
  return new Int32Array(count).map(() => Math.floor(numbers.next().value * limit))
}

/** Draws an index with the given probabilities; `at` in [0, 1). */
export function drawFrom(probabilities: ArrayLike<number>, at: number): number {
  let left = at
  for (let i = 0; i < probabilities.length; i++) {
    left -= probabilities[i]
    if (left < 0) return i
  }
  return probabilities.length - 1
}

const FIRST_NUMBERS_LEFT_OUT = 8

/** The lengths of a batch of sentences, [B]. */
export function lengthsOf(w: {
  readonly B: number
  readonly lengths: readonly [number, number]
  readonly seed: number
}) {
  const [shortest, longest] = w.lengths
  const numbers = repeatable(w.seed)
  for (let i = 0; i < FIRST_NUMBERS_LEFT_OUT; i++) numbers.next()
  return Array.from({ length: w.B }, () => shortest + Math.floor(numbers.next().value * (longest - shortest + 1)))
}
