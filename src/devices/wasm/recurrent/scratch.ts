/**
 * Memory that one pass works in and gives back at its end, whatever happens.
 */
import type { WasmMemory } from '../memory.ts'

export class Scratch {
  readonly #memory: WasmMemory
  readonly #blocks: { address: number; bytes: number }[] = []

  constructor(memory: WasmMemory) {
    this.#memory = memory
  }

  /** A block of zeros of this pass. @returns Its address. */
  floats(count: number): number {
    return this.#block(count, true)
  }

  /** A block with whatever stood there. */
  unset(count: number): number {
    return this.#block(count, false)
  }

  #block(count: number, zeroed: boolean): number {
    const bytes = count * 4
    const address = this.#memory.allocate(bytes, zeroed)
    this.#blocks.push({ address, bytes })
    return address
  }

  /** Gives everything back. */
  end(): void {
    for (const { address, bytes } of this.#blocks) this.#memory.release(address, bytes)
    this.#blocks.length = 0
  }
}
