/** What the point-wise tests share: programs run on matrices of a wasm memory. */
import type { Program } from '../../../formula/program.ts'
import type { Arithmetic } from '../features.ts'
import { WasmMemory } from '../memory.ts'
import { Runtime } from '../runtime.ts'
import { strideOf } from '../wasm-matrix.ts'
import { PointwiseKernels } from './kernel.ts'

export interface Values {
  readonly rows: number
  readonly columns: number
  /** Row-major, [rows, columns]. */
  readonly values: ArrayLike<number>
}

export class Bench {
  readonly runtime: Runtime
  readonly kernels: PointwiseKernels

  constructor(arithmetic: Arithmetic) {
    this.runtime = new Runtime(new WasmMemory(), arithmetic)
    this.kernels = new PointwiseKernels(this.runtime)
  }

  /** Copies values into memory, NaN in the padding. @returns the address; rows are padded to 8 floats. */
  put({ rows, columns, values }: Values): number {
    const stride = strideOf(columns)
    const address = this.runtime.memory.allocate(4 * rows * stride)
    const { floats } = this.runtime.memory
    floats.fill(Number.NaN, address / 4, address / 4 + rows * stride)
    for (let i = 0; i < rows * columns; i++) {
      floats[address / 4 + Math.floor(i / columns) * stride + (i % columns)] = values[i]
    }
    return address
  }

  get(address: number, rows: number, columns: number): number[] {
    const stride = strideOf(columns)
    const { floats } = this.runtime.memory
    return Array.from({ length: rows * columns }, (_, i) => {
      return floats[address / 4 + Math.floor(i / columns) * stride + (i % columns)]
    })
  }

  /** Runs a program; @returns the outputs' values. `before` is what stands in the outputs. */
  run(program: Program, inputs: readonly Values[], scalars: readonly number[] = [], before = Number.NaN): number[][] {
    const rows = Math.max(1, ...inputs.map(i => i.rows))
    const columns = Math.max(1, ...inputs.map(i => i.columns))
    const operand = (m: Values) => ({
      address: this.put(m),
      rowStrideBytes: m.rows === 1 && rows > 1 ? 0 : 4 * strideOf(m.columns),
    })
    const output = { rows, columns, values: new Array(rows * columns).fill(before) }
    const outputs = program.outputs.map(() => operand(output))
    this.kernels.compile(program).run([...inputs.map(operand), ...outputs], scalars, rows, columns)
    return outputs.map(o => this.get(o.address, rows, columns))
  }
}

export const modes = [
  ['relaxed', { relaxed: true, wide: false }],
  ['relaxed, wide', { relaxed: true, wide: true }],
  ['plain', { relaxed: false, wide: false }],
] as const
