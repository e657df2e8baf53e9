/**
 * Gradients of the weights, summed over the tokens chunk by chunk: dWᵀ += [X | operand]ᵀ · dZ, with dZ packed once a
 * chunk for all of them. The biases are one more row: A = 1.
 */
import type { ProjectionStage } from '../../../formula/stages.ts'
import type { Matrix } from '../../matrix.ts'
import type { CellWeights } from '../../recurrent.ts'
import { transposeInto } from '../copy.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { Chunk } from './chunks.ts'
import { padded } from './layout.ts'
import type { Rows } from './panels.ts'
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
  readonly #input: Product | null
  readonly #recurrent: readonly Product[]
  /** dZ of a chunk in panels, and the sum of its rows. */
  readonly #panels: number
  readonly #bias: number
  readonly #one: number
  /** Of each parameter: the gradient's rows for a chunk, and the sum of all rows so far. */
  readonly #parameterRows = new Map<string, Rows>()
  readonly #parameterSums = new Map<string, number>()
  readonly #gathered: Rows | null
  readonly #projections: readonly Projection[]

  constructor(pass: Pass, weights: CellWeights) {
    this.#pass = pass
    this.#weights = weights
    const { call, layout, scratch, engine } = pass
    const mostRows = Math.max(...pass.chunks.map(c => c.rows))
    this.#panels = scratch.floats(engine.products.packedFloats(mostRows, layout.rowFloats))
    this.#bias = scratch.floats(layout.rowFloats)
    this.#one = scratch.floats(1)
    engine.runtime.memory.floats[this.#one / 4] = 1
    for (const name of call.cell.equations.parameters) {
      this.#parameterRows.set(name, pass.forChunk(layout.width))
      this.#parameterSums.set(name, scratch.floats(layout.width))
    }
    const products = call.cell.forward.flatMap(stage => (stage.kind === 'product' ? [stage] : []))
    const operandSize = call.weights.weightHh?.columns ?? 0
    this.#gathered = products.some(p => p.operand.startsWith('p.')) ? pass.forChunk(padded(operandSize)) : null
    this.#projections = call.cell.backward.flatMap(stage => {
      if (stage.kind !== 'projection') return []
      const columns = call.weights.projections[stage.name].rows
      const stride = padded(columns)
      const gradient = { address: scratch.floats(call.hiddenSize * stride), rows: call.hiddenSize, columns, stride }
      const panels = scratch.floats(engine.products.packedFloats(mostRows, columns))
      return [{ stage, rows: pass.forChunk(stride), panels, gradient }]
    })
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

  /** Adds what the tokens of a chunk contribute; dZ of the chunk is complete. */
  add(chunk: Chunk): void {
    const { layout, engine } = this.#pass
    const { products } = engine
    const dz = this.#pass.work
    const all = layout.rowFloats
    products.pack(this.#panels, dz.address, dz.rowBytes, 4, chunk.rows, all)
    products.multiply(this.#one, 0, 0, this.#panels, this.#bias, all * 4, 1, chunk.rows, all)
    for (const product of this.#input ? [this.#input, ...this.#recurrent] : this.#recurrent) {
      const { gradient, begin, end } = product
      const a = product.operand(chunk)
      const panels = this.#panels + products.packedFloats(chunk.rows, begin * layout.width) * 4
      const columns = (end - begin) * layout.width
      products.multiply(
        a.address,
        4,
        a.rowBytes,
        panels,
        gradient.address,
        gradient.stride * 4,
        gradient.rows,
        chunk.rows,
        columns,
      )
    }
    for (const [name, rows] of this.#parameterRows) this.#addParameter(name, rows, chunk)
    for (const projection of this.#projections) this.#addProjection(projection, chunk)
  }

  /** dWᵀ += operandᵀ · g. */
  #addProjection({ stage, rows, panels, gradient }: Projection, chunk: Chunk): void {
    const { products } = this.#pass.engine
    const { address, stride, columns } = gradient
    const a = this.#operandRows(stage.operand, chunk)
    products.pack(panels, rows.address, rows.rowBytes, 4, chunk.rows, columns)
    products.multiply(a.address, 4, a.rowBytes, panels, address, stride * 4, gradient.rows, chunk.rows, columns)
  }

  #addParameter(name: string, rows: Rows, chunk: Chunk): void {
    const { layout, engine } = this.#pass
    const { products } = engine
    const { width } = layout
    const sum = this.#parameterSums.get(name) as number
    products.pack(this.#panels, rows.address, rows.rowBytes, 4, chunk.rows, width)
    products.multiply(this.#one, 0, 0, this.#panels, sum, width * 4, 1, chunk.rows, width)
  }

  /** The operand's rows for the tokens of a chunk, one after the other. */
  #operandRows(operand: string, chunk: Chunk): Rows {
    const { result, call, firstRow } = this.#pass
    const [kind, rest] = split(operand)
    if (kind === 'o') return shifted(rowsOf(result.operands[Number(rest)]), chunk.firstRow)
    const { liveRows } = call.packing
    const sequence = rowsOf(result.states[rest])
    const before = chunk.firstStep - 1
    // With as many rows in each step as in the one before, the states before stand in one piece.
    if (before >= 0 && liveRows[before] === liveRows[chunk.endStep - 1]) return shifted(sequence, firstRow[before])
    const gathered = this.#gathered as Rows
    const { floats } = this.#pass.engine.runtime.memory
    for (let t = chunk.firstStep; t < chunk.endStep; t++) {
      const from = t === 0 ? rowsOf(call.initial[rest]) : shifted(sequence, firstRow[t - 1])
      const to = gathered.address + (firstRow[t] - chunk.firstRow) * gathered.rowBytes
      floats.copyWithin(to / 4, from.address / 4, (from.address + liveRows[t] * from.rowBytes) / 4)
    }
    return gathered
  }

  /** Brings the sums into the weights' own layout: blocks of rows, [G·H, I] and [G·H, H]. */
  finish(): void {
    const { call, layout, engine } = this.#pass
    const { memory } = engine.runtime
    const { weightIh, weightHh, biasIh, biasHh, parameters, projections } = this.#weights
    for (const m of [weightIh, weightHh, biasIh, biasHh, ...Object.values(parameters)]) if (m) zeroMatrix(this.#pass, m)
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

const shifted = ({ address, rowBytes }: Rows, rows: number): Rows => ({ address: address + rows * rowBytes, rowBytes })

function zeroMatrix({ engine }: Pass, matrix: Matrix): void {
  const { address, rows, stride } = matrix as WasmMatrix
  engine.runtime.memory.floats.fill(0, address / 4, address / 4 + rows * stride)
}
