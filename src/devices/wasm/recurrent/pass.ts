/**
 * What the forward and the backward pass have in common: the layout, the chunks, and where each named thing stands.
 */
import type { Matrix } from '../../matrix.ts'
import type { ForwardResult, RecurrentCall } from '../../recurrent.ts'
import type { PointwiseKernels } from '../pointwise/kernel.ts'
import type { Products } from '../product/products.ts'
import type { Runtime } from '../runtime.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { type Binding, BoundProgram, type Place } from './bound-program.ts'
import { type Chunk, chunksOf, firstRows } from './chunks.ts'
import { CellLayout } from './layout.ts'
import type { Rows } from './panels.ts'
import { Scratch } from './scratch.ts'

/** The parts of a wasm device that a pass uses. */
export interface Engine {
  readonly runtime: Runtime
  readonly products: Products
  readonly kernels: PointwiseKernels
}

export const rowsOf = (matrix: Matrix): Rows => {
  const { address, stride } = matrix as WasmMatrix
  return { address, rowBytes: stride * 4 }
}

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
  readonly #programs: BoundProgram[] = []

  constructor(engine: Engine, call: RecurrentCall, result: ForwardResult) {
    this.engine = engine
    this.call = call
    this.result = result
    this.layout = new CellLayout(call)
    this.scratch = new Scratch(engine.runtime.memory)
    this.chunks = chunksOf(call.packing)
    this.firstRow = firstRows(call.packing)
    this.work = this.forChunk(this.layout.rowFloats)
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

  bindProgram(program: ConstructorParameters<typeof BoundProgram>[1], bind: (name: string) => Binding): BoundProgram {
    const bound = new BoundProgram(this.engine.kernels, program, this.call.hiddenSize, bind)
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
