/**
 * What every part of a wasm device needs: its memory, its arithmetic, modules compiled into it and a few constants; and
 * how work is divided among threads.
 *
 * Divided work (docs/decisions/0040-threads.md): the body of `split` runs once for each share. The main thread's own
 * share it runs as it stands. For a worker's share the kernels do not run but write themselves into the worker's list,
 * so the same TypeScript serves both. Such a body therefore touches memory by kernels alone (`clear`, `move` and
 * `storeInt` are some), and takes memory by `temporary`.
 */
import { OptionError } from '../../errors/errors.ts'
import { Assembler, MEMORY_IMPORT } from './assembler.ts'
import { I32 } from './code.ts'
import type { Constants } from './constants.ts'
import { Derived } from './derived.ts'
import type { Arithmetic } from './features.ts'
import { hasSimd } from './features.ts'
import type { WasmMemory } from './memory.ts'
import type { CallList, SharedModule } from './threads/call-list.ts'
import { shareBegin, sharesFor, type Work } from './threads/shares.ts'
import type { Team } from './threads/team.ts'

type Kernel = (...args: number[]) => unknown

interface MemoryKernels {
  readonly move: (target: number, source: number, bytes: number) => void
  readonly clear: (target: number, bytes: number) => void
}

export class Runtime {
  readonly memory: WasmMemory
  readonly arithmetic: Arithmetic
  /** What was packed and is kept while its weight stays the same. */
  readonly derived = new Derived()
  /** What workers may have to load; nothing where memory is not shared. */
  readonly modules: SharedModule[] = []
  /** The workers, if they were started. */
  team: Team | null = null
  readonly #kept = new Map<string, unknown>()
  #zeroRow = 0
  #zeroBytes = 0
  #tailMasks = 0
  /** Where kernels write themselves instead of running. */
  #list: CallList | null = null
  #isDivided = false
  #part = 0
  /** Memory that recorded calls use: to be given back when they are done. */
  readonly #lent: { readonly address: number; readonly bytes: number }[] = []

  constructor(memory: WasmMemory, arithmetic: Arithmetic) {
    if (!hasSimd()) {
      throw new OptionError(
        'wasm: expected an engine with WebAssembly SIMD, got one without. Use a browser of 2023 or later, or Node 22.',
      )
    }
    this.memory = memory
    this.arithmetic = arithmetic
  }

  /** Which share is being run or recorded: 0 for the main thread's. Each needs parameter blocks of its own. */
  get part(): number {
    return this.#part
  }

  /**
   * Divides work among the threads, if it is worth it.
   *
   * @param body  Does the items [begin, end); called once for each share. Inside of another body, for all at once.
   */
  split(work: Work, body: (begin: number, end: number) => void): void {
    const shares = this.sharesOf(work)
    if (shares === 1) body(0, work.count)
    else this.divide(shares, k => body(shareBegin(work, shares, k), shareBegin(work, shares, k + 1)))
  }

  /** How many shares `split` would make. */
  sharesOf(work: Work): number {
    const { team } = this
    // Small work first: asking the team takes as long as a small kernel.
    if (team === null || this.#isDivided || work.nanoseconds < 2 * team.worth) return 1
    return sharesFor(work, team.available, team.worth)
  }

  /** Runs the body for each share: those of the workers at the same time. */
  divide(shares: number, body: (share: number) => void): void {
    const { team } = this
    if (shares === 1 || team === null) {
      for (let k = 0; k < shares; k++) body(k)
      return
    }
    const start = performance.now()
    this.#isDivided = true
    let begun = 1
    try {
      for (let k = 1; k < shares; k++) {
        this.#record(team.list(k), k, body)
        team.begin(k)
        begun++
      }
      body(0)
    } finally {
      this.#isDivided = false
      team.join(begun, start)
      for (const { address, bytes } of this.#lent) this.memory.release(address, bytes)
      this.#lent.length = 0
    }
  }

  #record(list: CallList, part: number, body: (share: number) => void): void {
    list.clear()
    this.#list = list
    this.#part = part
    try {
      body(part)
    } finally {
      this.#list = null
      this.#part = 0
    }
  }

  /** Writes an integer: at once, or in its place among a worker's calls. */
  storeInt(address: number, value: number): void {
    if (this.#list) this.#list.store(address, value)
    else this.memory.ints[address / 4] = value
  }

  /** Runs the body with memory of its own, for as long as the kernels called in it take. */
  temporary(bytes: number, body: (address: number) => void): void {
    const address = this.memory.allocate(bytes)
    try {
      body(address)
    } finally {
      if (this.#list) this.#lent.push({ address, bytes })
      else this.memory.release(address, bytes)
    }
  }

  /** Copies bytes; the two may overlap. */
  move(target: number, source: number, bytes: number): void {
    this.#memoryKernels().move(target, source, bytes)
  }

  /** Sets bytes to 0. */
  clear(target: number, bytes: number): void {
    this.#memoryKernels().clear(target, bytes)
  }

  #memoryKernels = (): MemoryKernels =>
    this.once<MemoryKernels>('memory', assembler => {
      assembler.function('move', { parameters: [I32, I32, I32] }, (code, [target, source, bytes]) => {
        code.get(target).get(source).get(bytes).memoryCopy()
      })
      assembler.function('clear', { parameters: [I32, I32] }, (code, [target, bytes]) => {
        code.get(target).i32(0).get(bytes).memoryFill()
      })
    })

  /**
   * Where a row of zeros stands, at least so many bytes long. Valid until a longer one is asked for; never written.
   */
  zeroRow(bytes: number): number {
    if (bytes > this.#zeroBytes) {
      // Calls that are recorded or run on other threads may still read the old one.
      if (this.#zeroBytes > 0 && this.#isDivided) this.#lent.push({ address: this.#zeroRow, bytes: this.#zeroBytes })
      else if (this.#zeroBytes > 0) this.memory.release(this.#zeroRow, this.#zeroBytes)
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

  /** Runs the body with integers copied into memory, for as long as it takes. Not inside of divided work. */
  withIntegers(values: Int32Array, body: (address: number) => void): void {
    const address = this.memory.allocate(values.byteLength)
    this.memory.ints.set(values, address / 4)
    body(address)
    this.memory.release(address, values.byteLength)
  }

  /** What was made under this name before, else what `make` makes. */
  kept<Kept>(name: string, make: () => Kept): Kept {
    if (!this.#kept.has(name)) this.#kept.set(name, make())
    return this.#kept.get(name) as Kept
  }

  /** `compile`, once under this name. */
  once<Functions>(name: string, define: (assembler: Assembler) => void): Functions {
    return this.kept(name, () => this.compile<Functions>(define))
  }

  /**
   * Emits, compiles and instantiates a module, synchronously.
   *
   * @param define  Adds the module's functions.
   * @returns       The exported functions; the caller names their types. They take integers (floats as their bits).
   */
  compile<Functions>(define: (assembler: Assembler) => void): Functions {
    const assembler = new Assembler({ shared: this.memory.isShared })
    define(assembler)
    const bytes = assembler.assemble()
    const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: this.memory.memory } }
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
    return (this.memory.isShared ? this.#recordable(bytes, exports) : exports) as Functions
  }

  /** The kernels, each with a number that workers know it by. */
  #recordable(bytes: Uint8Array, exports: WebAssembly.Exports): Readonly<Record<string, Kernel>> {
    const first = this.modules.at(-1)?.end ?? 0
    const named = Object.entries(exports) as [string, Kernel][]
    this.modules.push({ bytes, first, end: first + named.length, address: 0 })
    return Object.fromEntries(named.map(([name, kernel], i) => [name, this.#recording(first + i, kernel)]))
  }

  #recording(number: number, kernel: Kernel): Kernel {
    return (...args) => (this.#list === null ? kernel(...args) : this.#list.call(number, args))
  }
}
