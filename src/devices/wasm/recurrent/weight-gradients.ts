/**
 * Gradients of the weights, summed over the tokens chunk by chunk: dWᵀ += [X | operand]ᵀ · dZ, with dZ packed once a
 * chunk for all of them. The biases are one more row: A = 1.
 */
import type { ProjectionStage } from '../../../formula/stages.ts'
import type { Matrix } from '../../matrix.ts'
import type { CellWeights } from '../../recurrent.ts'
import { type InputTableSums, linkedKernel } from '../linked-kernels.ts'
import { shareBegin } from '../threads/shares.ts'
import { transposeInto } from '../transposed-copy.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { Chunk } from './chunks.ts'
import { padded } from './layout.ts'
import { type Rows, shifted } from './panels.ts'
import { type Pass, rowsOf, split } from './pass.ts'

/** dWᵀ of some slots: [operand's width, slots · width]. */
interface Product {
  readonly begin: number
  readonly end: number
  readonly gradient: WasmMatrix
  /** The rows of A for a chunk. */
  operand(chunk: Chunk): Rows
}

/** A projected state: its gradient's rows for a chunk, those in panels, and the sum dWᵀ, [H, P]. */
interface Projection {
  readonly stage: ProjectionStage
  readonly rows: Rows
  readonly panels: number
  readonly gradient: WasmMatrix
}

export class WeightGradients {
  readonly #pass: Pass
  readonly #weights: CellWeights
  /** Of inputs that are looked up; null: they stand token by token. */
  readonly table: InputTableSums | null
  readonly #input: Product | null
  readonly #recurrent: readonly Product[]
  /** dZ of a chunk in panels, and the sum of its rows. */
  readonly #panels: number
  readonly #bias: number
  readonly #one: number
  /** Of each parameter: the gradient's rows for a chunk, and the sum of all rows so far. */
  readonly #parameterRows = new Map<string, Rows>()
  readonly #parameterSums = new Map<string, number>()
  /** By operand: its rows for a chunk, where they do not stand in one piece. */
  readonly #gathered = new Map<string, Rows>()
  readonly #parameterPanels: number
  readonly #projections: readonly Projection[]

  constructor(pass: Pass, weights: CellWeights) {
    this.#pass = pass
    this.#weights = weights
    const { call, layout, scratch, engine } = pass
    const mostRows = Math.max(...pass.chunks.map(c => c.rows))
    this.#panels = scratch.unset(engine.products.packedFloats(mostRows, layout.rowFloats))
    const parameterFloats = call.cell.equations.parameters.length > 0 ? mostRows * layout.width : 0
    this.#parameterPanels = scratch.unset(parameterFloats)
    this.#bias = scratch.floats(layout.rowFloats)
    this.#one = scratch.floats(1)
    engine.runtime.memory.floats[this.#one / 4] = 1
    for (const name of call.cell.equations.parameters) {
      this.#parameterRows.set(name, pass.forChunk(layout.width))
      this.#parameterSums.set(name, scratch.floats(layout.width))
    }
    const products = call.cell.forward.flatMap(stage => (stage.kind === 'product' ? [stage] : []))
    const operandSize = call.weights.weightHh?.columns ?? 0
    for (const { operand } of products) {
      if (operand.startsWith('p.')) this.#gathered.set(operand, pass.forChunk(padded(operandSize)))
    }
    this.#projections = call.cell.forward.flatMap(stage => {
      if (stage.kind !== 'projection') return []
      const columns = call.weights.projections[stage.name].rows
      const stride = padded(columns)
      const gradient = { address: scratch.floats(call.hiddenSize * stride), rows: call.hiddenSize, columns, stride }
      const panels = scratch.floats(engine.products.packedFloats(mostRows, columns))
      return [{ stage, rows: pass.forChunk(stride), panels, gradient }]
    })
    this.table = call.indices && call.cell.inputSlots > 0 ? linkedKernel('inputTableSums')(pass) : null
    const x = rowsOf(call.x)
    this.#input =
      call.cell.inputSlots > 0
        ? this.#product(0, call.cell.inputSlots, call.x.columns, chunk => shifted(x, chunk.firstRow))
        : null
    this.#recurrent = products.map(({ operand, begin, end }) =>
      this.#product(begin, end, operandSize, chunk => this.#operandRows(operand, chunk)),
    )
  }

  #product(begin: number, end: number, rows: number, operand: (chunk: Chunk) => Rows): Product {
    const columns = (end - begin) * this.#pass.layout.width
    const stride = padded(columns)
    const address = this.#pass.scratch.floats(rows * stride)
    return { begin, end, operand, gradient: { address, rows, columns, stride } }
  }

  /** Where the cell's backward stages write the gradient of a parameter, a row for each token of the chunk. */
  parameterRows(name: string): Rows {
    return this.#parameterRows.get(name) as Rows
  }

  /** Where g.STATE of a projected state is written, a row for each token of the chunk. */
  projectedRows(state: string): Rows {
    return (this.#projections.find(p => p.stage.state === state) as Projection).rows
  }

  /**
   * Adds what the tokens of a chunk contribute to a share of the columns; dZ and the operands of the chunk are done.
   * The shares touch different memory: each packs only what it multiplies.
   */
  add(chunk: Chunk, share: number, shares: number): void {
    const { layout } = this.#pass
    const dz = this.#pass.work
    const [first, end] = columnsOf(layout.rowFloats, share, shares)
    const sum = { address: this.#bias, columns: layout.rowFloats }
    this.#pack(this.#panels, dz, chunk, first, end)
    this.#multiply({ address: this.#one, rowBytes: 0 }, 0, this.#panels, sum, chunk, first, end)
    this.table?.add(chunk, first, end)
    for (const product of this.#input && !this.table ? [this.#input, ...this.#recurrent] : this.#recurrent) {
      const offset = product.begin * layout.width
      const { gradient, operand } = product
      const panels = this.#panels + 4 * chunk.rows * offset
      const [from, to] = [Math.max(first - offset, 0), Math.min(end - offset, gradient.columns)]
      if (from < to) this.#multiply(operand(chunk), gradient.rows, panels, gradient, chunk, from, to)
    }
    for (const [name, rows] of this.#parameterRows) this.#addParameter(name, rows, chunk, share, shares)
    for (const projection of this.#projections) this.#addProjection(projection, chunk, share, shares)
  }

  /** dWᵀ += operandᵀ · g. */
  #addProjection({ stage, rows, panels, gradient }: Projection, chunk: Chunk, share: number, shares: number): void {
    const [first, end] = columnsOf(gradient.columns, share, shares)
    this.#pack(panels, rows, chunk, first, end)
    this.#multiply(this.#operandRows(stage.operand, chunk), gradient.rows, panels, gradient, chunk, first, end)
  }

  #addParameter(name: string, rows: Rows, chunk: Chunk, share: number, shares: number): void {
    const { width } = this.#pass.layout
    const sum = { address: this.#parameterSums.get(name) as number, columns: width }
    const [first, end] = columnsOf(width, share, shares)
    this.#pack(this.#parameterPanels, rows, chunk, first, end)
    this.#multiply({ address: this.#one, rowBytes: 0 }, 0, this.#parameterPanels, sum, chunk, first, end)
  }

  /** The panels of columns [first, end) of a chunk's rows; first a multiple of 8. */
  #pack(panels: number, { address, rowBytes }: Rows, { rows }: Chunk, first: number, end: number): void {
    if (first >= end) return
    this.#pass.engine.products.pack(panels + 4 * rows * first, address + 4 * first, rowBytes, 4, rows, end - first)
  }

  /** Columns [first, end) of C += Aᵀ · panels. @param count  Rows of C; 0: one row, A is a single number. */
  #multiply(
    a: Rows,
    count: number,
    panels: number,
    c: { readonly address: number; readonly columns: number; readonly stride?: number },
    { rows }: Chunk,
    first: number,
    end: number,
  ): void {
    if (first >= end) return
    const { products } = this.#pass.engine
    const [aRowBytes, cRows] = count === 0 ? [0, 1] : [4, count]
    const cBytes = 4 * (c.stride ?? c.columns)
    const [from, to] = [panels + 4 * rows * first, c.address + 4 * first]
    products.multiply(a.address, aRowBytes, a.rowBytes, from, to, cBytes, cRows, rows, end - first)
  }

  /** The operand's rows for the tokens of a chunk, one after the other. */
  #operandRows(operand: string, chunk: Chunk): Rows {
    const { result } = this.#pass
    const [kind, rest] = split(operand)
    if (kind === 'o') return shifted(rowsOf(result.operands[Number(rest)]), chunk.firstRow)
    return this.#inOnePiece(rest, chunk) ?? (this.#gathered.get(operand) as Rows)
  }

  /** With as many rows in each step as in the one before, the states before stand one after the other. */
  #inOnePiece(state: string, chunk: Chunk): Rows | null {
    const { result, call, firstRow } = this.#pass
    const { liveRows } = call.packing
    const before = chunk.firstStep - 1
    if (before < 0 || liveRows[before] !== liveRows[chunk.endStep - 1]) return null
    return shifted(rowsOf(result.states[state]), firstRow[before])
  }

  /** Before the chunk's `add`: copies the states before to one piece, where they are not. */
  begin(chunk: Chunk): void {
    this.table?.begin(chunk)
    const { result, call, firstRow, engine } = this.#pass
    const { liveRows } = call.packing
    for (const [operand, gathered] of this.#gathered) {
      const [, state] = split(operand)
      if (this.#inOnePiece(state, chunk)) continue
      const sequence = rowsOf(result.states[state])
      for (let t = chunk.firstStep; t < chunk.endStep; t++) {
        const from = t === 0 ? rowsOf(call.initial[state]) : shifted(sequence, firstRow[t - 1])
        const to = gathered.address + (firstRow[t] - chunk.firstRow) * gathered.rowBytes
        engine.runtime.move(to, from.address, liveRows[t] * from.rowBytes)
      }
    }
  }

  /** Brings the sums into the weights' own layout: blocks of rows, [G·H, I] and [G·H, H]. */
  finish(): void {
    const { call, layout, engine } = this.#pass
    const { memory } = engine.runtime
    const { weightIh, weightHh, biasIh, biasHh, parameters, projections } = this.#weights
    for (const m of [weightIh, weightHh, biasIh, biasHh, ...Object.values(parameters)]) if (m) zeroMatrix(this.#pass, m)
    if (this.#input) this.table?.finish(this.#input.gradient)
    for (const { stage, gradient } of this.#projections) {
      transposeInto(engine.runtime, projections[stage.name] as WasmMatrix, gradient, 0)
    }
    call.cell.slots.forEach((slot, index) => {
      const put = (half: 'input' | 'recurrent', weight: Matrix | null, bias: Matrix | null, product: Product) => {
        const row = layout.weightRow(index, half)
        const target = weight as WasmMatrix
        const block = { ...target, address: target.address + row * target.stride * 4, rows: layout.hiddenSize }
        transposeInto(engine.runtime, block, product.gradient, (index - product.begin) * layout.width)
        const from = this.#bias / 4 + index * layout.width
        memory.floats.copyWithin((bias as WasmMatrix).address / 4 + row, from, from + layout.hiddenSize)
      }
      if (slot.hasInput) put('input', weightIh, biasIh, this.#input as Product)
      const recurrent = this.#recurrent.find(p => p.begin <= index && index < p.end)
      if (recurrent) put('recurrent', weightHh, biasHh, recurrent)
    })
    for (const [name, sum] of this.#parameterSums) {
      memory.floats.copyWithin((parameters[name] as WasmMatrix).address / 4, sum / 4, sum / 4 + layout.hiddenSize)
    }
  }
}

/** A share of the columns, whole pairs of panels. */
function columnsOf(columns: number, share: number, shares: number): [first: number, end: number] {
  const work = { count: Math.ceil(columns / 8), unit: 2, nanoseconds: 0 }
  return [8 * shareBegin(work, shares, share), Math.min(columns, 8 * shareBegin(work, shares, share + 1))]
}

function zeroMatrix({ engine }: Pass, matrix: Matrix): void {
  const { address, rows, stride } = matrix as WasmMatrix
  engine.runtime.clear(address, 4 * rows * stride)
}
