/** A point-wise program run on whole matrices. */
import type { Program } from '../../../formula/program.ts'
import type { PointwiseArguments } from '../../device.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { rowBytes } from '../wasm-matrix.ts'
import type { PointwiseKernel } from './kernel.ts'

export function runProgram(kernel: PointwiseKernel, program: Program, args: PointwiseArguments): void {
  const matrices = [...args.inputs, ...args.outputs] as WasmMatrix[]
  const { rows, columns, stride } = args.outputs[0]
  const operands = matrices.map(matrix => ({
    address: matrix.address,
    // A single row holds for all rows.
    rowStrideBytes: matrix.rows === 1 ? 0 : rowBytes(matrix),
  }))
  const isWhole = matrices.every(m => m.rows === rows) && program.inputs.every(input => input.kind === 'matrix')
  // Rows follow each other without a gap, so all of them are one long row.
  if (isWhole) kernel.run(operands, args.scalars ?? [], Math.min(rows, 1), rows * stride)
  else kernel.run(operands, args.scalars ?? [], rows, columns)
}
