/**
 * What the forward and the backward pass have in common: the layout, the chunks, and where each named thing stands.
 */
import { mul, scalar, variable } from '../../../formula/expression.ts'
import { type Program, program } from '../../../formula/program.ts'
import type { MeanStage } from '../../../formula/stages.ts'
import type { Matrix } from '../../matrix.ts'
import type { ForwardResult, RecurrentCall } from '../../recurrent.ts'
import { linkedKernel } from '../linked-kernels.ts'
import type { PointwiseKernels } from '../pointwise/kernel.ts'
import { type Products, productNanoseconds } from '../product/products.ts'
import { reduceRows } from '../reductions.ts'
import type { Runtime } from '../runtime.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { type Binding, BoundProgram, type Place } from './bound-program.ts'
import { type Chunk, chunksOf, firstRows, rowCuts } from './chunks.ts'
import { CellLayout } from './layout.ts'
import type { RowCount, Rows } from './panels.ts'
import { Scratch } from './scratch.ts'

/** The parts of a wasm device that a pass uses. */
export interface Engine {
  readonly runtime: Runtime
  readonly products: Products
  readonly kernels: PointwiseKernels
}

/** A stage of a step, on its rows [from, to). */
export type RunStage = (place: Place, from: number, to: number) => void

const LARGE_WEIGHT_BYTES = 4 * 2 ** 20

/** Fewer rows to a share are not worth it: the weights are read for them just the same. */
const ROWS_LEAST = 4

export const rowsOf = (matrix: Matrix): Rows => {
  const { address, stride } = matrix as WasmMatrix
  return { address, rowBytes: stride * 4 }
}

const divideByWidth = program([{ name: 'mean', value: mul(variable('sum'), scalar('inverse')) }])

export class Pass {
  readonly engine: Engine
  readonly call: RecurrentCall
  readonly result: ForwardResult
  readonly layout: CellLayout
  readonly scratch: Scratch
  readonly chunks: readonly Chunk[]
  readonly firstRow: Int32Array
  /** Z forward, dZ backward: the rows of one chunk. */
  readonly work: Rows
  /** Computed operands of one step, where they are not kept. */
  readonly stepOperands: Rows[] = []
  readonly #stepRows = new Map<string, Rows>()
  readonly #masks = new Map<string, { binding: Binding; draw: ((chunk: Chunk) => void) | null }>()
  readonly #programs: BoundProgram[] = []

  /** @param scratch  What the pass works in; it ends with the pass. */
  constructor(
    engine: Engine,
    call: RecurrentCall,
    result: ForwardResult,
    scratch = new Scratch(engine.runtime.memory),
  ) {
    this.engine = engine
    this.call = call
    this.result = result
    this.layout = new CellLayout(call)
    this.scratch = scratch
    this.chunks = chunksOf(call.packing)
    this.firstRow = firstRows(call.packing)
    this.work = this.forChunk(this.layout.rowFloats)
  }

  /** With one sequence each step has one row. */
  get rowsOfStep(): RowCount {
    return this.call.packing.batch === 1 ? 'one' : 'many'
  }

  /** A work matrix for the rows of the largest chunk. */
  forChunk(rowFloats: number): Rows {
    const rows = Math.max(...this.chunks.map(c => c.rows))
    return { address: this.scratch.floats(rows * rowFloats), rowBytes: rowFloats * 4 }
  }

  /** A work matrix for the rows of one step. */
  forStep(): Rows {
    const { width } = this.layout
    return { address: this.scratch.floats(this.call.packing.batch * width), rowBytes: width * 4 }
  }

  place(chunk: Chunk, t: number): Place {
    const row = this.firstRow[t]
    return { row, rowInChunk: row - chunk.firstRow, rowBefore: t === 0 ? -1 : this.firstRow[t - 1] }
  }

  /** Where a mask stands: drawn for the whole pass, for each chunk, or a row of ones. */
  mask(name: string): Binding {
    const known = this.#masks.get(name)
    if (known) return known.binding
    const k = this.call.cell.masks.findIndex(m => m.name === name)
    const { rate, per } = this.call.cell.masks[k]
    const { noise } = this.call
    if (!noise) return { at: 'fixed', address: this.#ones(), rowBytes: 0 }
    const fillMask = linkedKernel('fillMask')
    const { key0, key1 } = linkedKernel('maskKey')(noise, k)
    const fill = ({ address, rowBytes }: Rows, rows: number, firstRow: number) => {
      const matrix = { address, rows, columns: this.call.hiddenSize, stride: rowBytes / 4 }
      fillMask(this.engine.runtime, matrix, [key0, key1], rate, firstRow)
    }
    const rows = per === 'sequence' ? this.forStep() : this.forChunk(this.layout.width)
    if (per === 'sequence') fill(rows, this.call.packing.batch, 0)
    const draw = per === 'step' ? (chunk: Chunk) => fill(rows, chunk.rows, chunk.firstRow) : null
    const binding: Binding = { at: per === 'step' ? 'chunk' : 'fixed', ...rows }
    this.#masks.set(name, { binding, draw })
    return binding
  }

  /** Draws what the masks are in this chunk: the same forward and backward. */
  beginChunk(chunk: Chunk): void {
    for (const { draw } of this.#masks.values()) draw?.(chunk)
  }

  #ones(): number {
    const address = this.scratch.floats(this.layout.width)
    this.engine.runtime.memory.floats.fill(1, address / 4, address / 4 + this.layout.width)
    return address
  }

  /** A quantity of one step whose mean is taken, or the means, [rows, 1]. */
  stepRows(name: string): Rows {
    const rows = this.#stepRows.get(name) ?? this.forStep()
    this.#stepRows.set(name, rows)
    return rows
  }

  /** target = the mean of each row of source. */
  meanStage({ source, target }: MeanStage): RunStage {
    const { runtime, kernels } = this.engine
    const sums = this.stepRows(source)
    const means = this.stepRows(target)
    const divide = kernels.compile(divideByWidth)
    return (_place, from, to) => {
      const part = ({ address, rowBytes }: Rows, columns: number) => ({
        address: address + from * rowBytes,
        rows: to - from,
        columns,
        stride: rowBytes / 4,
      })
      const result = part(means, 1)
      reduceRows(runtime, result, part(sums, this.call.hiddenSize), 'sum')
      const operand = { address: result.address, rowStrideBytes: means.rowBytes }
      divide.run([operand, operand], [1 / this.call.hiddenSize], to - from, 1)
    }
  }

  /**
   * Runs the stages for each step of a chunk, the rows divided among the threads: no step waits for another thread.
   * Where there are few rows or the weights are large, each stage divides itself instead.
   */
  runSteps(chunk: Chunk, stages: readonly RunStage[], order: 'forward' | 'backward'): void {
    const { runtime } = this.engine
    const { liveRows } = this.call.packing
    const count = liveRows[chunk.firstStep]
    const work = { count, unit: ROWS_LEAST, nanoseconds: chunk.rows * this.#rowNanoseconds }
    const shares = this.#dividesEachStep ? 1 : runtime.sharesOf(work)
    const cuts = rowCuts(liveRows, chunk, shares)
    const steps = chunk.endStep - chunk.firstStep
    runtime.divide(shares, share => {
      for (let i = 0; i < steps; i++) {
        const t = order === 'forward' ? chunk.firstStep + i : chunk.endStep - 1 - i
        const [from, to] = [cuts[share], Math.min(cuts[share + 1], liveRows[t])]
        if (from >= to) continue
        const place = this.place(chunk, t)
        for (const run of stages) run(place, from, to)
      }
    })
  }

  /** Weights that no core's own cache holds are better read once, a part by each thread, than by each for its rows. */
  get #dividesEachStep(): boolean {
    const { call, layout } = this
    return 4 * (call.weights.weightHh?.columns ?? 0) * layout.rowFloats > LARGE_WEIGHT_BYTES
  }

  /** About what a row of one step takes: its products and its equations. */
  get #rowNanoseconds(): number {
    const { call, layout } = this
    const products = productNanoseconds(1, call.weights.weightHh?.columns ?? 0, layout.rowFloats)
    return this.#programs.reduce((sum, bound) => sum + bound.rowNanoseconds, products)
  }

  /** Rows of the work matrix, from a row of the chunk on. */
  workRows(rowInChunk: number): Rows {
    return { address: this.work.address + rowInChunk * this.work.rowBytes, rowBytes: this.work.rowBytes }
  }

  slot(name: string): Binding {
    const index = this.call.cell.slots.findIndex(s => s.name === name)
    return { at: 'chunk', address: this.work.address + index * this.layout.width * 4, rowBytes: this.work.rowBytes }
  }

  /** A state before this step: of the stored sequence, or the running one. */
  before(state: string): Binding {
    const kept = this.result.states[state]
    if (!kept) return { at: 'fixed', ...rowsOf(this.result.last[state]) }
    return { at: 'before', ...rowsOf(kept), initial: rowsOf(this.call.initial[state]) }
  }

  after(state: string): Binding {
    const kept = this.result.states[state]
    return kept ? { at: 'step', ...rowsOf(kept) } : { at: 'fixed', ...rowsOf(this.result.last[state]) }
  }

  parameter(name: string): Binding {
    return { at: 'fixed', address: rowsOf(this.call.weights.parameters[name]).address, rowBytes: 0 }
  }

  /** @param columns  Of all operands. @default hiddenSize */
  bindProgram(code: Program, bind: (name: string) => Binding, columns = this.call.hiddenSize): BoundProgram {
    const bound = new BoundProgram(this.engine, code, columns, bind)
    this.#programs.push(bound)
    return bound
  }

  end(): void {
    for (const bound of this.#programs) bound.end()
    this.scratch.end()
  }
}

/** `kind.rest` of a name such as `z.i` or `p.h`. */
export function split(name: string): readonly [string, string] {
  const dot = name.indexOf('.')
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)]
}
