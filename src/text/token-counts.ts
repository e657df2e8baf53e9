/** Counting tokens in bounded memory. */
import { detached } from './detached.ts'

/** More different tokens than any vocabulary needs; some 400 MB of words. */
const MOST_DIFFERENT = 4_000_000

/**
 * Counts tokens. When there are too many different ones the rarest are forgotten, first those seen once, then those
 * seen twice, and so on: what is left is what a vocabulary is made of, and the same text gives the same counts.
 *
 * @see `ReduceVocab` in word2vec.c, Mikolov et al. 2013, which bounds its counts in the same way.
 */
export class TokenCounts {
  readonly #counts = new Map<string, number>()
  readonly #mostDifferent: number
  #forgotten = 0
  #total = 0

  /** @param mostDifferent  How many different tokens are remembered. @default 4,000,000 */
  constructor(mostDifferent = MOST_DIFFERENT) {
    this.#mostDifferent = mostDifferent
  }

  /** How often each token occurred, in order of first occurrence; not to be changed. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** All tokens that were added. */
  get total(): number {
    return this.#total
  }

  add(tokens: readonly string[]): void {
    const counts = this.#counts
    for (const token of tokens) {
      const count = counts.get(token)
      if (count === undefined) counts.set(detached(token), 1)
      else counts.set(token, count + 1)
    }
    this.#total += tokens.length
    while (counts.size > this.#mostDifferent) this.#forgetRarest()
  }

  #forgetRarest(): void {
    this.#forgotten++
    for (const [token, count] of this.#counts) if (count <= this.#forgotten) this.#counts.delete(token)
  }
}
