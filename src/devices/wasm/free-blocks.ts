/**
 * The free parts of a memory: a segregated list with immediate joining of neighbours.
 *
 * Free blocks are kept in bins by size, four bins to each doubling. A request takes the first block of its own bin
 * that fits, else the first of the next non-empty bin, and gives back what it does not need. A released block is
 * joined with its free neighbours, so that after everything of a step has been released the memory is as it was, and
 * the same requests get the same addresses again.
 *
 * @see Masmano, Ripoll, Crespo & Real 2004, "TLSF: a new dynamic memory allocator for real-time systems".
 */

/** Addresses and sizes are multiples of this: a cache line. */
export const ALIGNMENT_BYTES = 64

/** Bytes rounded up to whole lines; at least one. */
export const roundedBytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / ALIGNMENT_BYTES)) * ALIGNMENT_BYTES

interface Block {
  address: number
  bytes: number
  previous: Block | null
  next: Block | null
}

/** Bins for up to 2^32 bytes: eight of single lines, then four for each doubling. */
const BINS = 8 + 4 * 24

export class FreeBlocks {
  readonly #bins: (Block | null)[] = new Array(BINS).fill(null)
  readonly #byStart = new Map<number, Block>()
  readonly #byEnd = new Map<number, Block>()
  #bytes = 0

  /** All that is free, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** Adds a range that is not free yet, joining it with its neighbours. */
  add(address: number, bytes: number): void {
    this.#bytes += bytes
    const before = this.#byEnd.get(address)
    const after = this.#byStart.get(address + bytes)
    if (before) this.#remove(before)
    if (after) this.#remove(after)
    const start = before ? before.address : address
    this.#insert({
      address: start,
      bytes: (before?.bytes ?? 0) + bytes + (after?.bytes ?? 0),
      previous: null,
      next: null,
    })
  }

  /** Takes `bytes` (rounded) out of a free block. @returns the address, or −1 when no block is large enough. */
  take(bytes: number): number {
    const block = this.#find(bytes)
    if (!block) return -1
    this.#remove(block)
    if (block.bytes > bytes) {
      this.#insert({ address: block.address + bytes, bytes: block.bytes - bytes, previous: null, next: null })
    }
    this.#bytes -= bytes
    return block.address
  }

  /** Bytes of the free block that ends at an address; 0 when what lies before it is in use. */
  bytesBefore(address: number): number {
    return this.#byEnd.get(address)?.bytes ?? 0
  }

  /** Whether a free block begins here: to find what is released twice. */
  startsFree(address: number): boolean {
    return this.#byStart.has(address)
  }

  #find(bytes: number): Block | null {
    const own = binOf(bytes)
    for (let block = this.#bins[own]; block; block = block.next) if (block.bytes >= bytes) return block
    for (let bin = own + 1; bin < BINS; bin++) if (this.#bins[bin]) return this.#bins[bin]
    return null
  }

  #insert(block: Block): void {
    const bin = binOf(block.bytes)
    const head = this.#bins[bin]
    block.previous = null
    block.next = head
    if (head) head.previous = block
    this.#bins[bin] = block
    this.#byStart.set(block.address, block)
    this.#byEnd.set(block.address + block.bytes, block)
  }

  #remove(block: Block): void {
    if (block.previous) block.previous.next = block.next
    else this.#bins[binOf(block.bytes)] = block.next
    if (block.next) block.next.previous = block.previous
    this.#byStart.delete(block.address)
    this.#byEnd.delete(block.address + block.bytes)
  }
}

/** All blocks of a bin are smaller than those of the next. */
function binOf(bytes: number): number {
  const lines = bytes / ALIGNMENT_BYTES
  if (lines < 8) return lines
  const doublings = 31 - Math.clz32(lines)
  return 8 + 4 * (doublings - 3) + ((lines >>> (doublings - 2)) & 3)
}
