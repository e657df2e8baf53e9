/**
 * A small assembler: WebAssembly modules from function bodies written in TypeScript.
 *
 *     const assembler = new Assembler()
 *     assembler.function('twice', { parameters: [I32], results: [I32] }, (code, [x]) => {
 *       code.get(x).get(x).op('i32.add')
 *     })
 *     new WebAssembly.Module(assembler.assemble())
 *
 * Every module imports one memory, `sluice.memory`; it has functions and exports, no tables, globals or data.
 */
import { sequence, text, unsigned } from './bytes.ts'
import type { ValueType } from './code.ts'
import { Code } from './code.ts'

export interface Signature {
  readonly parameters: readonly ValueType[]
  readonly results?: readonly ValueType[]
}

/** Under which names the memory is imported. */
export const MEMORY_IMPORT = { module: 'sluice', name: 'memory' } as const

/** The most pages of 64 KiB that a 32-bit memory may have. */
export const MAX_PAGES = 65536

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const TYPE_SECTION = 1
const IMPORT_SECTION = 2
const FUNCTION_SECTION = 3
const EXPORT_SECTION = 7
const CODE_SECTION = 10
const CUSTOM_SECTION = 0
/** Part of the custom section `name`: function indices and their names. */
const FUNCTION_NAMES = 1

export class Assembler {
  readonly #isShared: boolean
  readonly #types: number[][] = []
  readonly #typeOfKey = new Map<string, number>()
  readonly #functions: { readonly name: string; readonly type: number; readonly code: Code }[] = []

  /** @param shared  Whether the memory to import is shared between threads. @default false */
  constructor({ shared = false }: { readonly shared?: boolean } = {}) {
    this.#isShared = shared
  }

  /**
   * Adds a function, exported under its name.
   *
   * @param body  Writes the instructions; gets the locals of the parameters.
   * @returns     The index with which other functions call it.
   */
  function(name: string, signature: Signature, body: (code: Code, parameters: number[]) => void): number {
    const code = new Code(signature.parameters.length)
    body(
      code,
      signature.parameters.map((_, i) => i),
    )
    return this.#functions.push({ name, type: this.#typeOf(signature), code }) - 1
  }

  /** The module's bytes. */
  assemble(): Uint8Array<ArrayBuffer> {
    const bodies = this.#functions.map(f => f.code.assemble())
    const bytes = [
      ...MAGIC_AND_VERSION,
      ...section(TYPE_SECTION, sequence(this.#types)),
      ...section(IMPORT_SECTION, sequence([this.#memoryImport()])),
      ...section(FUNCTION_SECTION, sequence(this.#functions.map(f => unsigned(f.type)))),
      ...section(EXPORT_SECTION, sequence(this.#functions.map((f, i) => [...text(f.name), 0x00, ...unsigned(i)]))),
    ]
    return Uint8Array.from(bytes.concat(section(CODE_SECTION, sequence(bodies)), this.#names()))
  }

  /** What profilers and debuggers call the functions. */
  #names(): number[] {
    const names = sequence(this.#functions.map((f, i) => [...unsigned(i), ...text(f.name)]))
    return section(CUSTOM_SECTION, [...text('name'), ...section(FUNCTION_NAMES, names)])
  }

  #memoryImport(): number[] {
    const limits = this.#isShared ? [0x03, ...unsigned(1), ...unsigned(MAX_PAGES)] : [0x00, ...unsigned(1)]
    return [...text(MEMORY_IMPORT.module), ...text(MEMORY_IMPORT.name), 0x02, ...limits]
  }

  #typeOf({ parameters, results = [] }: Signature): number {
    const type = [0x60, ...unsigned(parameters.length), ...parameters, ...unsigned(results.length), ...results]
    const key = type.join(' ')
    const known = this.#typeOfKey.get(key)
    if (known !== undefined) return known
    this.#typeOfKey.set(key, this.#types.length)
    return this.#types.push(type) - 1
  }
}

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]
