/**
 * Inputs that are rows of a small table, looked up by number: characters, above all. A product for each row of the
 * table takes the place of one for each token:
 *
 *   forward    P_v = W x_v + b for each row v of the table, and Z_t begins with P_v(t)
 *   backward   S_v = Σ dZ_t over the tokens t with v(t) = v, and dW = Sᵀ X, dX = S W
 *
 * The bits of the forward pass are those of a product for each token. Sums go chunk by chunk, as all over tokens do.
 */
import { linkKernels } from '../linked-kernels.ts'
import { product } from '../product/product.ts'
import { productNanoseconds, ROW_UNIT } from '../product/products.ts'
import { OCTET_NS, rowKernels } from '../rows.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { Chunk } from './chunks.ts'
import { type Rows, shifted } from './panels.ts'
import { type Pass, rowsOf } from './pass.ts'

/** P, and the numbers of a chunk's rows. */
export class InputTable {
  readonly #pass: Pass
  readonly #products: Rows
  readonly #numbers: Numbers

  /** @param multiply  Z = W x + b for rows of x. */
  constructor(pass: Pass, multiply: (x: Rows, z: Rows, rows: number) => void) {
    const { call, layout, scratch, engine } = pass
    const floats = call.cell.inputSlots * layout.width
    this.#pass = pass
    this.#products = { address: scratch.unset(call.x.rows * floats), rowBytes: 4 * floats }
    this.#numbers = new Numbers(pass)
    const work = {
      count: call.x.rows,
      unit: ROW_UNIT,
      nanoseconds: productNanoseconds(call.x.rows, call.x.columns, floats),
    }
    engine.runtime.split(work, (from, to) => {
      multiply(shifted(rowsOf(call.x), from), shifted(this.#products, from), to - from)
    })
  }

  /** Z of a chunk, its input slots. */
  begin(indices: Int32Array, chunk: Chunk): void {
    const { work, engine } = this.#pass
    const { address, rowBytes: bytes } = this.#products
    this.#numbers.write(indices, chunk)
    const octets = bytes / 32
    engine.runtime.split({ count: chunk.rows, nanoseconds: chunk.rows * octets * OCTET_NS }, (from, to) => {
      const { gather } = rowKernels(engine.runtime)
      const numbers = this.#numbers.address + 4 * from
      gather(shifted(work, from).address, work.rowBytes, address, bytes, numbers, to - from, octets)
    })
  }
}

/** S, summed chunk by chunk. */
export class InputTableSums {
  /** [V, input slots · width]. */
  readonly rows: Rows
  readonly #pass: Pass
  readonly #floats: number
  readonly #numbers: Numbers

  constructor(pass: Pass) {
    const { call, layout, scratch } = pass
    this.#pass = pass
    this.#floats = call.cell.inputSlots * layout.width
    this.rows = { address: scratch.floats(call.x.rows * this.#floats), rowBytes: 4 * this.#floats }
    this.#numbers = new Numbers(pass)
  }

  /** Before `add` of a chunk, once for all shares. */
  begin(chunk: Chunk): void {
    this.#numbers.write(this.#pass.call.indices as Int32Array, chunk)
  }

  /** Adds dZ of a chunk's tokens: columns [first, end), multiples of 8. */
  add({ rows }: Chunk, first: number, end: number): void {
    const last = Math.min(end, this.#floats)
    if (first >= last) return
    const { work, engine } = this.#pass
    const { scatter } = rowKernels(engine.runtime)
    const [from, to] = [work.address + 4 * first, this.rows.address + 4 * first]
    scatter(from, work.rowBytes, to, this.rows.rowBytes, this.#numbers.address, rows, (last - first) / 8)
  }

  /** dWᵀ = Xᵀ · S. @param gradient  [I, input slots · width]. */
  finish(gradient: WasmMatrix): void {
    const { call, engine } = this.#pass
    const floats = this.#floats
    const sums = { address: this.rows.address, rows: call.x.rows, columns: floats, stride: floats }
    product(engine.runtime, engine.products, gradient, call.x as WasmMatrix, sums, { transposeA: true })
  }
}

/** Which row of the table each token of a chunk has, where kernels read it. */
class Numbers {
  readonly address: number
  readonly #pass: Pass

  constructor(pass: Pass) {
    this.#pass = pass
    this.address = pass.scratch.unset(Math.max(...pass.chunks.map(c => c.rows)))
  }

  /** Not inside of divided work. */
  write(indices: Int32Array, { firstRow, rows }: Chunk): void {
    this.#pass.engine.runtime.memory.ints.set(indices.subarray(firstRow, firstRow + rows), this.address / 4)
  }
}

export const linkInputTables = (): void =>
  linkKernels({
    inputTable: (pass: Pass, multiply) => new InputTable(pass, multiply),
    inputTableSums: (pass: Pass) => new InputTableSums(pass),
  })
