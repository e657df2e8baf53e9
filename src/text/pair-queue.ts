/** A heap of pairs of pieces, the most frequent on top; of equally frequent ones the pair with the smaller ids. */

/** A pair and how often it occurred when it was added; the caller compares that with the present. */
export interface CountedPair {
  readonly first: number
  readonly second: number
  readonly count: number
}

export class PairQueue {
  readonly #heap: CountedPair[] = []

  /** How many are in it. */
  get size(): number {
    return this.#heap.length
  }

  push(pair: CountedPair): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(pair)
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(pair, heap[parent])) break
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = pair
  }

  /** Takes the top out; undefined when it is empty. */
  pop(): CountedPair | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[place] = heap[child]
      place = child
    }
    heap[place] = last
    return top
  }
}

function isBefore(a: CountedPair, b: CountedPair): boolean {
  if (a.count !== b.count) return a.count > b.count
  return a.first !== b.first ? a.first < b.first : a.second < b.second
}
