/** Ids of a text in chunks, cut where sentences end; the same however the ids come. */

/** What stands for the end of a sentence. */
export const SENTENCE_END = -1

/** A run of whole sentences, or a part of one that is longer than a chunk may be. */
export interface IdChunk {
  readonly ids: Int32Array
  /** Of its first id among all. */
  readonly position: number
}

/** Collects ids and cuts them: each chunk ends with the last sentence that ends within `most` ids. */
export class ChunkCutter {
  readonly #buffer: Int32Array
  #length = 0
  #position = 0

  /** @param most  Ids of a chunk. */
  constructor(most: number) {
    this.#buffer = new Int32Array(most)
  }

  /** @returns  The chunks that are full now; their ids are the caller's. */
  *add(ids: Int32Array): Generator<IdChunk, void> {
    for (let begin = 0; begin < ids.length; ) {
      const taken = Math.min(ids.length - begin, this.#buffer.length - this.#length)
      this.#buffer.set(ids.subarray(begin, begin + taken), this.#length)
      this.#length += taken
      begin += taken
      if (this.#length === this.#buffer.length) yield this.#cut()
    }
  }

  /** What is left at the end of the text. */
  *end(): Generator<IdChunk, void> {
    while (this.#length > 0) yield this.#cut()
  }

  #cut(): IdChunk {
    const filled = this.#buffer.subarray(0, this.#length)
    const length = filled.length < this.#buffer.length ? filled.length : filled.lastIndexOf(SENTENCE_END) + 1
    const chunk = { ids: filled.slice(0, length || filled.length), position: this.#position }
    this.#buffer.copyWithin(0, chunk.ids.length, this.#length)
    this.#length -= chunk.ids.length
    this.#position += chunk.ids.length
    return chunk
  }
}
