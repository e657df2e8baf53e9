/**
 * Arithmetic on a turn's worth of floats: one or two vectors of four, side by side. Each method writes the instructions
 * for all vectors of the turn and keeps the result in locals, so that kernels read as formulas.
 *
 * V8 can join two neighbouring vectors into one of 256 bits ("wide mode", its revectorizer). What it asks of a kernel:
 * - both get the same instructions, and are loaded and stored 16 bytes apart on one base, an address in a local
 * - one float for all lanes comes by `load32_splat`, constants and scalars too; no inline `v128.const`
 * - no `floor` or `nearest`, and no value carried from turn to turn that is not needed there (`turn`)
 * Kept to all of this, exp takes 0.31 ns a number instead of 0.57, the LSTM's equations 1.5 ns a unit instead of 2.9
 * (Zen 5, Node 24, November 2026); the flag `--trace-wasm-revectorize` prints what was joined.
 */
import type { Code } from './code.ts'
import { V128 } from './code.ts'
import type { Constants } from './constants.ts'
import type { Arithmetic } from './features.ts'
import type { PlainInstruction } from './opcodes.ts'

/** The locals of a value, one for each vector of the turn. */
export type Value = readonly number[]

export class Vectors {
  readonly code: Code
  /** Whether multiply-adds round once. */
  readonly isRelaxed: boolean
  /** Vectors of four floats in a turn. */
  readonly width: number
  readonly #table: Constants
  /** The local that holds the table's address. */
  readonly #tableAddress: number
  /** All locals taken in this turn, those of them that may be taken again, and the constants already loaded. */
  #taken = new Set<number>()
  #free: number[] = []
  #loaded = new Map<number, Value>()
  #scope: number[] | null = null
  /** A local that nobody writes. */
  #zero = -1

  constructor(code: Code, arithmetic: Arithmetic, width: 1 | 2, table: Constants, tableAddress: number) {
    this.code = code
    this.isRelaxed = arithmetic.relaxed
    this.width = width
    this.#table = table
    this.#tableAddress = tableAddress
  }

  load(address: number, offset = 0): Value {
    return this.#each(i => this.code.get(address).memory('v128.load', offset + 16 * i))
  }

  /** One float for all lanes. */
  splat(address: number, offset = 0): Value {
    return this.#each(() => this.code.get(address).memory('v128.load32_splat', offset))
  }

  store(address: number, value: Value, offset = 0): void {
    for (let i = 0; i < this.width; i++) {
      this.code
        .get(address)
        .get(value[i])
        .memory('v128.store', offset + 16 * i)
    }
  }

  /** A constant, rounded to 32 bits; loaded once a turn. Not to be released. */
  constant(value: number): Value {
    return this.#fromTable(this.#table.float(value))
  }

  /** A constant given by its bits. */
  bits(bits: number): Value {
    return this.#fromTable(this.#table.bits(bits))
  }

  /** An instruction on vectors. */
  op(name: PlainInstruction, ...operands: readonly Value[]): Value {
    return this.#each(i => {
      for (const operand of operands) this.code.get(operand[i])
      this.code.op(name)
    })
  }

  /** A shift of integers by so many bits. */
  shift(name: 'i32x4.shl' | 'i32x4.shr_s' | 'i32x4.shr_u', value: Value, bits: number): Value {
    return this.#each(i => this.code.get(value[i]).i32(bits).op(name))
  }

  add = (a: Value, b: Value): Value => this.op('f32x4.add', a, b)
  sub = (a: Value, b: Value): Value => this.op('f32x4.sub', a, b)
  mul = (a: Value, b: Value): Value => this.op('f32x4.mul', a, b)
  div = (a: Value, b: Value): Value => this.op('f32x4.div', a, b)

  /** accumulator + a · b, with one rounding (relaxed) or two (plain). */
  madd(accumulator: Value, a: Value, b: Value): Value {
    if (this.isRelaxed) return this.op('f32x4.relaxed_madd', a, b, accumulator)
    return this.add(accumulator, this.mul(a, b))
  }

  /** accumulator − a · b. */
  nmadd(accumulator: Value, a: Value, b: Value): Value {
    if (this.isRelaxed) return this.op('f32x4.relaxed_nmadd', a, b, accumulator)
    return this.sub(accumulator, this.mul(a, b))
  }

  /** Σ coefficients[i] · xⁿ⁻¹⁻ⁱ: Horner's scheme, the highest power first. */
  polynomial(x: Value, coefficients: readonly number[]): Value {
    return coefficients.slice(1).reduce((sum, c) => this.madd(this.constant(c), sum, x), this.constant(coefficients[0]))
  }

  /** mask ? a : b, lane by lane; a mask is all ones or all zeros. */
  choose(mask: Value, a: Value, b: Value): Value {
    return this.op('v128.bitselect', a, b, mask)
  }

  /** Limits x; NaN stays NaN. */
  clamp(x: Value, low: number, high: number): Value {
    return this.op('f32x4.pmin', this.op('f32x4.pmax', x, this.constant(low)), this.constant(high))
  }

  /** A value in locals of its own, for what changes in a loop. */
  variable(initial?: Value): Value {
    const locals = Array.from({ length: this.width }, () => this.code.local(V128))
    if (initial) this.assign(locals, initial)
    return locals
  }

  /** Overwrites a variable. */
  assign(variable: Value, value: Value): void {
    for (let i = 0; i < this.width; i++) this.code.get(value[i]).set(variable[i])
  }

  /** Runs the body; the locals it took are free again afterwards, except those of its result. */
  scope(body: () => Value): Value {
    const outer = this.#scope
    this.#scope = []
    const result = body()
    const taken = this.#scope
    this.#scope = outer
    for (const local of taken) {
      if (result.includes(local)) outer?.push(local)
      else this.#free.push(local)
    }
    return result
  }

  /** Gives a value's locals back. */
  release(value: Value): void {
    this.#free.push(...value)
  }

  /**
   * Writes the body of a loop (or all of a function without one). Its temporaries and constants end with it; what lives
   * on has to be a variable.
   *
   * They are overwritten at its end, because an engine that carries their values into the next turn, if only to drop
   * them, does not join vectors: each counts as used once more outside the pair.
   */
  turn(body: () => void): void {
    const outer = { taken: this.#taken, free: this.#free, loaded: this.#loaded }
    this.#taken = new Set()
    this.#free = []
    this.#loaded = new Map()
    body()
    if (this.#zero < 0) this.#zero = this.code.local(V128)
    for (const local of this.#taken) this.code.get(this.#zero).set(local)
    this.#free = [...outer.free, ...this.#taken]
    this.#taken = outer.taken
    this.#loaded = outer.loaded
  }

  #fromTable(offset: number): Value {
    const known = this.#loaded.get(offset)
    if (known) return known
    const scope = this.#scope
    this.#scope = null
    const value = this.splat(this.#tableAddress, offset)
    this.#scope = scope
    this.#loaded.set(offset, value)
    return value
  }

  #temporary(): number {
    const local = this.#free.pop() ?? this.code.local(V128)
    this.#taken.add(local)
    this.#scope?.push(local)
    return local
  }

  #each(emit: (i: number) => void): Value {
    return Array.from({ length: this.width }, (_, i) => {
      emit(i)
      const local = this.#temporary()
      this.code.set(local)
      return local
    })
  }
}
