/**
 * From a program's nodes to a kernel:
 *
 *     rows(block, firstRow, lastRow)
 *
 * The parameter block, in memory, in bytes:
 *
 *     0        groups of eight floats in a row (i32)
 *     8 + 8i   operand i: address of row 0, bytes from row to row (0: the same row for all); inputs, then outputs
 *     …        the scalars (f32)
 *     …        the program's constants
 *
 * For each row the addresses are computed once; a turn of the loop reads eight floats of each matrix, as two vectors 16
 * bytes apart, computes, and stores at its end, so an output may be the memory of an input. The last turn covers the
 * row's padding; what comes of it is never data. Straight-line code, shared parts in locals.
 */
import type { Expression } from '../../../formula/expression.ts'
import type { Assembler } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32 } from '../code.ts'
import { Constants } from '../constants.ts'
import type { Arithmetic } from '../features.ts'
import type { Value } from '../vectors.ts'
import { Vectors } from '../vectors.ts'
import { instructions } from './instructions.ts'
import type { Binding, Lowered } from './lower.ts'

const OPERANDS_OFFSET = 8
export const operandOffset = (index: number): number => OPERANDS_OFFSET + 8 * index

/** Sizes of a program's parameter block. */
export interface Counts {
  readonly operands: number
  readonly scalars: number
}

export const scalarOffset = (counts: Counts, index: number): number => operandOffset(counts.operands) + 4 * index

/** Adds the kernel as the function `rows`; @returns the constants to write behind the scalars. */
export function emitPointwise(assembler: Assembler, lowered: Lowered, counts: Counts, arithmetic: Arithmetic) {
  const constants = new Constants(scalarOffset(counts, counts.scalars))
  assembler.function('rows', { parameters: [I32, I32, I32] }, (code, [block, row, lastRow]) => {
    const addresses = Array.from({ length: counts.operands }, () => code.local(I32))
    const turns = code.local(I32)
    const rows = code.local(I32)
    const v = new Vectors(code, arithmetic, 2, constants, block)
    const kernel = new Kernel(v, lowered, counts, { block, addresses })
    code.get(lastRow).get(row).op('i32.sub').set(rows)
    code.repeat(rows, () => {
      addresses.forEach((address, i) => {
        setRowAddress(code, address, block, i, row)
      })
      code.get(block).memory('i32.load').set(turns)
      code.repeat(turns, () => {
        v.turn(() => kernel.turn())
        for (const address of kernel.moving) code.step(address, 32)
      })
      code.step(row, 1)
    })
  })
  return constants.values
}

/** address = address of row 0 + row · bytes of a row */
function setRowAddress(code: Code, address: number, block: number, operand: number, row: number): void {
  const offset = operandOffset(operand)
  code.get(block).memory('i32.load', offset)
  code
    .get(block)
    .memory('i32.load', offset + 4)
    .get(row)
    .op('i32.mul')
    .op('i32.add')
    .set(address)
}

interface Locals {
  readonly block: number
  readonly addresses: readonly number[]
}

class Kernel {
  readonly #v: Vectors
  readonly #lowered: Lowered
  readonly #counts: Counts
  readonly #locals: Locals
  readonly #values = new Map<Expression, Value>()
  readonly #usesLeft = new Map<Expression, number>()

  constructor(v: Vectors, lowered: Lowered, counts: Counts, locals: Locals) {
    this.#v = v
    this.#lowered = lowered
    this.#counts = counts
    this.#locals = locals
  }

  /** The addresses that go on by a turn: those of all matrices. */
  get moving(): number[] {
    const columns = [...this.#lowered.bindings.values()].filter(b => b.kind === 'column').map(b => b.index)
    return this.#locals.addresses.filter((_, i) => !columns.includes(i))
  }

  /** Reads, computes and stores eight floats of a row. */
  turn(): void {
    const { nodes, roots } = this.#lowered
    for (const e of [...nodes.flatMap(node => node.args), ...roots]) {
      this.#usesLeft.set(e, (this.#usesLeft.get(e) ?? 0) + 1)
    }
    for (const e of nodes) if (e.args.length > 0) this.#compute(e)
    const values = roots.map(root => this.#valueOf(root))
    const firstOutput = this.#counts.operands - roots.length
    values.forEach((value, i) => {
      this.#v.store(this.#locals.addresses[firstOutput + i], value)
    })
  }

  #compute(e: Expression): void {
    const operands = e.args.map(a => this.#valueOf(a))
    this.#values.set(
      e,
      this.#v.scope(() => instructions[e.op](this.#v, ...operands)),
    )
    for (const a of e.args) this.#finishUse(a)
  }

  /** The value of a node already computed, or of a leaf, which is read when it is first used. */
  #valueOf(e: Expression): Value {
    const known = this.#values.get(e)
    if (known) return known
    if (e.op === 'constant') return this.#v.constant(e.value as number)
    const value = this.#read(this.#lowered.bindings.get(e) as Binding)
    this.#values.set(e, value)
    return value
  }

  #read({ kind, index }: Binding): Value {
    switch (kind) {
      case 'scalar':
        return this.#v.splat(this.#locals.block, scalarOffset(this.#counts, index))
      case 'column':
        return this.#v.splat(this.#locals.addresses[index])
      case 'matrix':
        return this.#v.load(this.#locals.addresses[index])
    }
  }

  #finishUse(e: Expression): void {
    const left = (this.#usesLeft.get(e) ?? 0) - 1
    this.#usesLeft.set(e, left)
    const value = this.#values.get(e)
    if (left === 0 && value) this.#v.release(value)
  }
}
