/**
 * What every part of a wasm device needs: its memory, its arithmetic, and modules compiled into it.
 */
import { OptionError } from '../../errors/errors.ts'
import { Assembler, MEMORY_IMPORT } from './assembler.ts'
import type { Arithmetic } from './features.ts'
import { hasSimd } from './features.ts'
import type { WasmMemory } from './memory.ts'

export class Runtime {
  readonly memory: WasmMemory
  readonly arithmetic: Arithmetic
  readonly #compiled = new Map<string, unknown>()

  constructor(memory: WasmMemory, arithmetic: Arithmetic) {
    if (!hasSimd()) {
      throw new OptionError(
        'wasm: expected an engine with WebAssembly SIMD, got one without. Use a browser of 2023 or later, or Node 22.',
      )
    }
    this.memory = memory
    this.arithmetic = arithmetic
  }

  /** What was compiled under this name before, else what `define` writes. */
  once<Functions>(name: string, define: (assembler: Assembler) => void): Functions {
    const known = this.#compiled.get(name) ?? this.compile<Functions>(define)
    this.#compiled.set(name, known)
    return known as Functions
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
