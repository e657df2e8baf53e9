/**
 * What every part of a wasm device needs: its memory, its arithmetic, modules compiled into it and a few constants.
 */
import { OptionError } from '../../errors/errors.ts'
import { Assembler, MEMORY_IMPORT } from './assembler.ts'
import type { Constants } from './constants.ts'
import type { Arithmetic } from './features.ts'
import { hasSimd } from './features.ts'
import type { WasmMemory } from './memory.ts'

export class Runtime {
  readonly memory: WasmMemory
  readonly arithmetic: Arithmetic
  readonly #kept = new Map<string, unknown>()
  #zeroRow = 0
  #zeroBytes = 0
  #tailMasks = 0

  constructor(memory: WasmMemory, arithmetic: Arithmetic) {
    if (!hasSimd()) {
      throw new OptionError(
        'wasm: expected an engine with WebAssembly SIMD, got one without. Use a browser of 2023 or later, or Node 22.',
      )
    }
    this.memory = memory
    this.arithmetic = arithmetic
  }

  /**
   * Where a row of zeros stands, at least so many bytes long. Valid until a longer one is asked for; never written.
   */
  zeroRow(bytes: number): number {
    if (bytes > this.#zeroBytes) {
      if (this.#zeroBytes > 0) this.memory.release(this.#zeroRow, this.#zeroBytes)
      this.#zeroBytes = 0
      this.#zeroRow = this.memory.allocate(bytes, true)
      this.#zeroBytes = bytes
    }
    return this.#zeroRow
  }

  /** Where the mask stands that tells data from padding in the last eight floats of a row: two vectors of integers. */
  tailMask(columns: number): number {
    if (this.#tailMasks === 0) {
      this.#tailMasks = this.memory.allocate(64, true)
      this.memory.ints.fill(-1, this.#tailMasks / 4, this.#tailMasks / 4 + 8)
    }
    const dataFloats = ((columns - 1) & 7) + 1
    return this.#tailMasks + 4 * (8 - dataFloats)
  }

  /** Writes a kernel's constants into memory, for good. @returns their address. */
  keep(constants: Constants): number {
    const { values } = constants
    const address = this.memory.allocate(4 * values.length)
    this.memory.ints.set(values, address / 4)
    return address
  }

  /** Runs the body with integers copied into memory, for as long as it takes. */
  withIntegers(values: Int32Array, body: (address: number) => void): void {
    const address = this.memory.allocate(values.byteLength)
    this.memory.ints.set(values, address / 4)
    body(address)
    this.memory.release(address, values.byteLength)
  }

  /** What was made under this name before, else what `make` makes. */
  kept<Kept>(name: string, make: () => Kept): Kept {
    const known = this.#kept.get(name) ?? make()
    this.#kept.set(name, known)
    return known as Kept
  }

  /** `compile`, once under this name. */
  once<Functions>(name: string, define: (assembler: Assembler) => void): Functions {
    return this.kept(name, () => this.compile<Functions>(define))
  }

  /**
   * Emits, compiles and instantiates a module, synchronously.
   *
   * @param define  Adds the module's functions.
   * @returns       The exported functions; the caller names their types.
   */
  compile<Functions>(define: (assembler: Assembler) => void): Functions {
    const assembler = new Assembler({ shared: this.memory.isShared })
    define(assembler)
    const module = new WebAssembly.Module(assembler.assemble())
    const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: this.memory.memory } }
    return new WebAssembly.Instance(module, imports).exports as Functions
  }
}
