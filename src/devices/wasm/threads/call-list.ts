/**
 * A list of calls for one worker, in shared memory (its form: `worker-program.ts`). Written from the beginning for
 * each section, since the worker is through with the last one by then.
 */
import type { WasmMemory } from '../memory.ts'
import { LOAD_MODULE, STORE } from './control.ts'

const FIRST_INTS = 16384

/** A module that workers can load. */
export interface SharedModule {
  readonly bytes: Uint8Array
  /** Numbers of its kernels: from this one to before `end`. */
  readonly first: number
  readonly end: number
  /** Where the bytes stand, once a worker has needed them. */
  address: number
}

export class CallList {
  readonly #memory: WasmMemory
  readonly #modules: readonly SharedModule[]
  #address: number
  #capacity = FIRST_INTS
  #length = 0
  /** Index of the last entry when that is a STORE, which another one continues. */
  #openStore = -1
  #modulesSent = 0

  /** @param modules  All there are; grows as kernels are compiled. */
  constructor(memory: WasmMemory, modules: readonly SharedModule[]) {
    this.#memory = memory
    this.#modules = modules
    this.#address = memory.allocate(4 * this.#capacity)
  }

  /** Where the list begins and ends, as indices of integers. */
  get range(): readonly [begin: number, end: number] {
    const begin = this.#address / 4
    return [begin, begin + this.#length]
  }

  clear(): void {
    this.#length = 0
    this.#openStore = -1
  }

  call(kernel: number, args: readonly number[]): void {
    this.#loadUpTo(kernel)
    this.#openStore = -1
    const ints = this.#entry(kernel, args.length)
    const at = this.#address / 4 + this.#length - args.length
    for (let i = 0; i < args.length; i++) ints[at + i] = args[i]
  }

  store(address: number, value: number): void {
    if (this.#openStore < 0) {
      this.#openStore = this.#length
      this.#entry(STORE, 0)
    }
    this.#reserve(2)
    const { ints } = this.#memory
    const begin = this.#address / 4
    ints[begin + this.#length] = address
    ints[begin + this.#length + 1] = value
    ints[begin + this.#openStore + 1] += 2
    this.#length += 2
  }

  release(): void {
    this.#memory.release(this.#address, 4 * this.#capacity)
  }

  #loadUpTo(kernel: number): void {
    while (this.#modulesSent < this.#modules.length && kernel >= this.#modules[this.#modulesSent].first) {
      const module = this.#modules[this.#modulesSent++]
      if (module.address === 0) {
        module.address = this.#memory.allocate(module.bytes.length)
        new Uint8Array(this.#memory.memory.buffer).set(module.bytes, module.address)
      }
      this.#openStore = -1
      const ints = this.#entry(LOAD_MODULE, 2)
      const end = this.#address / 4 + this.#length
      ints[end - 2] = module.address
      ints[end - 1] = module.bytes.length
    }
  }

  /** Adds an entry's head and room for its numbers. */
  #entry(what: number, count: number): Int32Array {
    this.#reserve(2 + count)
    const { ints } = this.#memory
    const at = this.#address / 4 + this.#length
    ints[at] = what
    ints[at + 1] = count
    this.#length += 2 + count
    return ints
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#capacity) return
    const capacity = 2 * Math.max(this.#capacity, count)
    const address = this.#memory.allocate(4 * capacity)
    const from = this.#address / 4
    this.#memory.ints.copyWithin(address / 4, from, from + this.#length)
    this.#memory.release(this.#address, 4 * this.#capacity)
    this.#address = address
    this.#capacity = capacity
  }
}
