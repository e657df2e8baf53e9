/**
 * The one memory of a wasm device: blocks are taken from it and given back, and it grows when they do not fit.
 *
 * Addresses are bytes from its beginning, multiples of 64. Address 0 is never given out, and the last line of the
 * memory is kept free, so that a kernel may read a whole vector at the last float of any block.
 */
import { MemoryError } from '../../errors/errors.ts'
import { Assembler, MAX_PAGES, MEMORY_IMPORT } from './assembler.ts'
import { I32 } from './code.ts'
import { ALIGNMENT_BYTES, FreeBlocks, roundedBytes } from './free-blocks.ts'

const PAGE_BYTES = 65536
/** 16 MiB to begin with: an engine commits pages as they are touched. */
const FIRST_PAGES = 256

export interface MemoryOptions {
  /** Shared between threads (`SharedArrayBuffer`). @default false */
  readonly shared?: boolean
  /** The most pages of 64 KiB. @default 65536, which is 4 GiB */
  readonly maxPages?: number
}

export class WasmMemory {
  /** What modules import. */
  readonly memory: WebAssembly.Memory
  readonly isShared: boolean
  /** All memory as floats; a new view after each growth, so never keep it over an allocation. */
  floats: Float32Array
  /** The same memory as integers. */
  ints: Int32Array
  readonly #maxPages: number
  readonly #free = new FreeBlocks()
  /** Where the part that is handed out ends; the last line lies behind it. */
  #end: number
  #bytesInUse = 0
  readonly #clear: (address: number, bytes: number) => void

  constructor({ shared = false, maxPages = MAX_PAGES }: MemoryOptions = {}) {
    const initial = Math.min(FIRST_PAGES, maxPages)
    this.memory = new WebAssembly.Memory({ initial, maximum: maxPages, shared })
    this.isShared = shared
    this.#maxPages = maxPages
    this.floats = new Float32Array(this.memory.buffer)
    this.ints = new Int32Array(this.memory.buffer)
    this.#end = initial * PAGE_BYTES - ALIGNMENT_BYTES
    this.#free.add(ALIGNMENT_BYTES, this.#end - ALIGNMENT_BYTES)
    this.#clear = clearingKernel(this.memory, shared)
  }

  /** What has been allocated and not released, in bytes. */
  get bytesInUse(): number {
    return this.#bytesInUse
  }

  /** What the memory may grow to, in bytes. */
  get mostBytes(): number {
    return this.#maxPages * PAGE_BYTES
  }

  /** What the memory has grown to, in bytes. */
  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  /**
   * Takes a block.
   *
   * @param bytes   Any number; rounded up to 64.
   * @param zeroed  Fill it with zeros; else it holds whatever was there. @default false
   * @returns       Its address, a multiple of 64, never 0.
   * @throws {MemoryError} It does not fit into what is left of the most that the memory may grow to.
   */
  allocate(bytes: number, zeroed = false): number {
    const size = roundedBytes(bytes)
    let address = this.#free.take(size)
    if (address < 0) {
      this.#grow(size)
      address = this.#free.take(size)
    }
    this.#bytesInUse += size
    if (zeroed) this.#clear(address, size)
    return address
  }

  /** Gives a block back. @param bytes  As many as it was allocated with. */
  release(address: number, bytes: number): void {
    if (this.#free.startsFree(address)) throw new Error(`internal: memory at ${address} was released twice`)
    const size = roundedBytes(bytes)
    this.#free.add(address, size)
    this.#bytesInUse -= size
  }

  #grow(bytes: number): void {
    const missing = bytes - this.#free.bytesBefore(this.#end)
    const pages = this.bytes / PAGE_BYTES
    const needed = Math.ceil(missing / PAGE_BYTES)
    // A quarter more than there is, so that a sequence of requests does not grow for each.
    const comfortable = Math.min(Math.max(needed, pages >>> 2), this.#maxPages - pages)
    if (!this.#tryGrow(Math.max(needed, comfortable)) && !this.#tryGrow(needed)) {
      throw new MemoryError(
        `memory: expected room for ${bytes} more bytes, got ${this.#bytesInUse} bytes in use of at most ` +
          `${this.#maxPages * PAGE_BYTES}. Use a smaller batch, shorter sequences or a smaller model.`,
      )
    }
  }

  #tryGrow(pages: number): boolean {
    if (this.bytes / PAGE_BYTES + pages > this.#maxPages) return false
    try {
      this.memory.grow(pages)
    } catch {
      // The engine or the system has no more; the caller says so with the sizes.
      return false
    }
    this.floats = new Float32Array(this.memory.buffer)
    this.ints = new Int32Array(this.memory.buffer)
    this.#free.add(this.#end, pages * PAGE_BYTES)
    this.#end += pages * PAGE_BYTES
    return true
  }
}

/** An engine fills shared memory twenty times as fast by this instruction as by `TypedArray.fill`. */
function clearingKernel(memory: WebAssembly.Memory, shared: boolean): (address: number, bytes: number) => void {
  const assembler = new Assembler({ shared })
  assembler.function('clear', { parameters: [I32, I32] }, (code, [address, bytes]) => {
    code.get(address).i32(0).get(bytes).memoryFill()
  })
  const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembler.assemble()), imports)
  return exports.clear as (address: number, bytes: number) => void
}
