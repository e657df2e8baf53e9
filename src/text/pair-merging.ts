/**
 * Words as rows of piece ids, and how often each two neighbours occur in them; merging a pair touches only the words
 * that have it.
 */
import { type CountedPair, PairQueue } from './pair-queue.ts'

interface Pair {
  readonly first: number
  readonly second: number
  count: number
  /** The words that have or had it. */
  readonly words: Set<number>
}

/** Ids stay below this, so that two of them make one exact key. */
const KEY_BASE = 2 ** 21

export class PairMerging {
  readonly #words: number[][]
  readonly #counts: readonly number[]
  readonly #pairs = new Map<number, Pair>()
  readonly #queue = new PairQueue()
  /** The pairs that a merge made more frequent. */
  readonly #grown = new Set<Pair>()

  /**
   * @param words   Each word's pieces; kept and changed.
   * @param counts  How often each word occurs.
   */
  constructor(words: number[][], counts: readonly number[]) {
    this.#words = words
    this.#counts = counts
    for (const [index, word] of words.entries()) {
      for (let place = 1; place < word.length; place++) this.#add(word[place - 1], word[place], index)
    }
    this.#queueGrown()
  }

  /** The most frequent pair of neighbours, taken out of the queue; undefined when no word has two pieces. */
  next(): CountedPair | undefined {
    for (let top = this.#queue.pop(); top !== undefined; top = this.#queue.pop()) {
      const count = this.#pairs.get(keyOf(top.first, top.second))?.count ?? 0
      if (count === top.count) return top
      if (count > 0 && count < top.count) this.#queue.push({ ...top, count })
    }
    return undefined
  }

  /** Makes one piece of each occurrence of a pair, from left to right. */
  merge({ first, second }: CountedPair, merged: number): void {
    const key = keyOf(first, second)
    const pair = this.#pairs.get(key)
    if (pair === undefined) return
    this.#pairs.delete(key)
    for (const index of pair.words) this.#mergeIn(index, first, second, merged)
    this.#queueGrown()
  }

  #mergeIn(index: number, first: number, second: number, merged: number): void {
    const word = this.#words[index]
    let length = 0
    for (let place = 0; place < word.length; place++) {
      if (word[place] !== first || word[place + 1] !== second) {
        word[length++] = word[place]
        continue
      }
      if (length > 0) {
        this.#remove(word[length - 1], first, index)
        this.#add(word[length - 1], merged, index)
      }
      if (place + 2 < word.length) {
        this.#remove(second, word[place + 2], index)
        this.#add(merged, word[place + 2], index)
      }
      word[length++] = merged
      place++
    }
    word.length = length
  }

  #add(first: number, second: number, index: number): void {
    const key = keyOf(first, second)
    let pair = this.#pairs.get(key)
    if (pair === undefined) {
      pair = { first, second, count: 0, words: new Set() }
      this.#pairs.set(key, pair)
    }
    pair.count += this.#counts[index]
    pair.words.add(index)
    this.#grown.add(pair)
  }

  #remove(first: number, second: number, index: number): void {
    const pair = this.#pairs.get(keyOf(first, second))
    if (pair !== undefined) pair.count -= this.#counts[index]
  }

  #queueGrown(): void {
    for (const { first, second, count } of this.#grown) if (count > 0) this.#queue.push({ first, second, count })
    this.#grown.clear()
  }
}

function keyOf(first: number, second: number): number {
  return first * KEY_BASE + second
}
