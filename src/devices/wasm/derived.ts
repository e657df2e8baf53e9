/**
 * What was computed from matrices and is kept between calls: weights in panels.
 *
 * Every operation of the device says what it writes and what is given back; whatever was computed from that memory ends
 * then, so it is never out of date. A training step changes its weights and finds nothing kept; prediction, generation
 * and streams find everything.
 */
import type { Matrix } from '../matrix.ts'
import type { WasmMatrix } from './wasm-matrix.ts'

export class DerivedEntry {
  isValid = true
  /** Bytes [begin, end) of each source, one pair after the other. */
  readonly ranges: readonly number[]
  readonly release: () => void

  constructor(sources: readonly Matrix[], release: () => void) {
    this.ranges = (sources as readonly WasmMatrix[]).flatMap(m => [m.address, m.address + 4 * m.rows * m.stride])
    this.release = release
  }
}

export class Derived {
  /** Oldest first. */
  readonly #entries: DerivedEntry[] = []
  readonly #most: number

  /** @param most  Entries; the one that was made first makes room. */
  constructor(most = 64) {
    this.#most = most
  }

  /**
   * Keeps something until one of its sources changes or ends.
   *
   * @param release  Gives its memory back.
   */
  keep(sources: readonly Matrix[], release: () => void): DerivedEntry {
    if (this.#entries.length === this.#most) this.#end(0)
    const entry = new DerivedEntry(sources, release)
    this.#entries.push(entry)
    return entry
  }

  /** To be called before a matrix, or a part of one, is written or released. */
  changes({ address, rows, stride }: WasmMatrix): void {
    const entries = this.#entries
    if (entries.length === 0) return
    const end = address + 4 * rows * stride
    for (let i = entries.length - 1; i >= 0; i--) if (overlaps(entries[i].ranges, address, end)) this.#end(i)
  }

  #end(index: number): void {
    const [entry] = this.#entries.splice(index, 1)
    entry.isValid = false
    entry.release()
  }
}

function overlaps(ranges: readonly number[], begin: number, end: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) if (begin < ranges[i + 1] && ranges[i] < end) return true
  return false
}
