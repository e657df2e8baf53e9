/** A point-wise program run on whole matrices. */
import type { Program } from '../../../formula/program.ts'
import type { PointwiseArguments } from '../../device.ts'
import type { Runtime } from '../runtime.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { rowBytes } from '../wasm-matrix.ts'
import type { PointwiseKernel } from './kernel.ts'

const OCTET_BYTES = 32

export function runProgram(
  runtime: Runtime,
  kernel: PointwiseKernel,
  program: Program,
  { inputs, outputs, scalars = [] }: PointwiseArguments,
): void {
  const matrices = [...inputs, ...outputs] as WasmMatrix[]
  const { rows, columns, stride } = outputs[0]
  const isWhole = matrices.every(m => m.rows === rows) && program.inputs.every(input => input.kind === 'matrix')
  const octets = (rows * stride) / 8
  const nanoseconds = octets * kernel.octetNanoseconds
  if (isWhole) {
    // Rows follow each other without a gap, so all of them are one long row.
    runtime.split({ count: octets, unit: 8, nanoseconds }, (begin, end) => {
      const operands = matrices.map(m => ({ address: m.address + OCTET_BYTES * begin, rowStrideBytes: 0 }))
      kernel.run(operands, scalars, Math.min(rows, 1), 8 * (end - begin))
    })
    return
  }
  runtime.split({ count: rows, nanoseconds }, (begin, end) => {
    const operands = matrices.map(m => {
      // A single row holds for all rows.
      const rowStrideBytes = m.rows === 1 ? 0 : rowBytes(m)
      return { address: m.address + begin * rowStrideBytes, rowStrideBytes }
    })
    kernel.run(operands, scalars, end - begin, columns)
  })
}
