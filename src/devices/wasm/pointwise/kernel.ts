/**
 * Compiled point-wise programs, made once for each structure: programs that differ in names only share a kernel.
 */
import { topological } from '../../../formula/expression.ts'
import type { Program } from '../../../formula/program.ts'
import { floatBits } from '../constants.ts'
import type { Runtime } from '../runtime.ts'
import type { Counts } from './emit.ts'
import { emitPointwise, operandOffset, scalarOffset } from './emit.ts'
import { lower } from './lower.ts'

/** A matrix as a kernel sees it. */
export interface Operand {
  readonly address: number
  /** 0: the same row for all. */
  readonly rowStrideBytes: number
}

/** What a primitive takes for eight floats: a multiply-add less, a function more. */
const NODE_NS = 0.8

type Rows = (block: number, firstRow: number, lastRow: number) => void

/**
 * One program, compiled.
 *
 * A loop over time steps keeps a parameter block of its own and changes in it only what changes:
 *
 *     const block = kernel.block()
 *     kernel.setColumns(block, H)
 *     kernel.setOperand(block, 0, address, rowStrideBytes)    // inputs, then outputs
 *     kernel.call(block, firstRow, lastRow)
 *     kernel.releaseBlock(block)
 */
export class PointwiseKernel {
  /** The kernel itself: (block, firstRow, lastRow). Rows may be split at will, the results are the same. */
  readonly call: Rows
  /** Inputs and outputs together. */
  readonly operands: number
  /** About what eight floats of a row take. */
  readonly octetNanoseconds: number
  readonly #runtime: Runtime
  readonly #counts: Counts
  readonly #constants: Int32Array
  /** A parameter block for each share of divided work. */
  readonly #ownBlocks: number[] = []

  constructor(runtime: Runtime, program: Program) {
    this.#runtime = runtime
    this.operands = program.inputs.length + program.outputs.length
    this.#counts = { operands: this.operands, scalars: program.scalars.length }
    const lowered = lower(program)
    this.octetNanoseconds = 1 + NODE_NS * lowered.nodes.length
    let constants: Int32Array = new Int32Array()
    const { rows } = runtime.compile<{ rows: Rows }>(assembler => {
      constants = emitPointwise(assembler, lowered, this.#counts, runtime.arithmetic)
    })
    this.call = rows
    this.#constants = constants
  }

  /** Allocates a parameter block, constants filled in. The caller's, until `releaseBlock`. */
  block(): number {
    const { memory } = this.#runtime
    const block = memory.allocate(this.#blockBytes, true)
    memory.ints.set(this.#constants, (block + scalarOffset(this.#counts, this.#counts.scalars)) / 4)
    return block
  }

  releaseBlock(block: number): void {
    this.#runtime.memory.release(block, this.#blockBytes)
  }

  /** How many columns the matrices have; the kernel works on them rounded up to eight. */
  setColumns(block: number, columns: number): void {
    this.#runtime.storeInt(block, (columns + 7) >>> 3)
  }

  /** @param index  Inputs in the program's order, then outputs. */
  setOperand(block: number, index: number, address: number, rowStrideBytes: number): void {
    const at = block + operandOffset(index)
    this.#runtime.storeInt(at, address)
    this.#runtime.storeInt(at + 4, rowStrideBytes)
  }

  /** Only the address of an operand whose rows stay as far apart. */
  moveOperand(block: number, index: number, address: number): void {
    this.#runtime.storeInt(block + operandOffset(index), address)
  }

  setScalar(block: number, index: number, value: number): void {
    this.#runtime.storeInt(block + scalarOffset(this.#counts, index), floatBits(value))
  }

  /**
   * Runs over all rows.
   *
   * @param operands  The inputs, then the outputs.
   */
  run(operands: readonly Operand[], scalars: readonly number[], rows: number, columns: number): void {
    const { part } = this.#runtime
    this.#ownBlocks[part] ??= this.block()
    const block = this.#ownBlocks[part]
    this.setColumns(block, columns)
    operands.forEach(({ address, rowStrideBytes }, i) => {
      this.setOperand(block, i, address, rowStrideBytes)
    })
    scalars.forEach((value, i) => {
      this.setScalar(block, i, value)
    })
    this.call(block, 0, rows)
  }

  get #blockBytes(): number {
    return scalarOffset(this.#counts, this.#counts.scalars) + 4 * this.#constants.length
  }
}

/** The kernels of a device. */
export class PointwiseKernels {
  readonly #runtime: Runtime
  readonly #byProgram = new WeakMap<Program, PointwiseKernel>()
  readonly #byKey = new Map<string, PointwiseKernel>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** The kernel of a program, compiled if none of its structure has been yet. */
  compile(program: Program): PointwiseKernel {
    const known = this.#byProgram.get(program)
    if (known) return known
    const key = structuralKey(program)
    const kernel = this.#byKey.get(key) ?? new PointwiseKernel(this.#runtime, program)
    this.#byKey.set(key, kernel)
    this.#byProgram.set(program, kernel)
    return kernel
  }
}

/** The program with positions in place of names. */
function structuralKey({ inputs, scalars, outputs }: Program): string {
  const position = new Map(topological(outputs.map(o => o.value)).map((e, i) => [e, i]))
  const lines = [...position.keys()].map(e => {
    if (e.op === 'constant') return Object.is(e.value, -0) ? '-0' : String(e.value)
    if (e.op === 'variable') return `v${inputs.findIndex(i => i.name === e.name)}`
    if (e.op === 'scalar') return `s${scalars.indexOf(e.name as string)}`
    return `${e.op} ${e.args.map(a => position.get(a)).join(' ')}`
  })
  const heads = [inputs.map(i => i.kind[0]).join(''), scalars.length]
  const stores = outputs.map(o => `${o.accumulate ? '+' : ''}${position.get(o.value)}`)
  return [...heads, ...lines, ...stores].join('\n')
}
