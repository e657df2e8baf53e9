/**
 * Copies of matrices and of parts of them: as they are, added to what stands there, or in other rows.
 *
 * A part may begin at any column, so whole vectors are followed by single floats; nothing outside the part is written.
 */
import type { CopyOptions } from '../device.ts'
import type { Assembler } from './assembler.ts'
import type { Code } from './code.ts'
import { I32 } from './code.ts'
import { linkedKernel } from './linked-kernels.ts'
import type { Runtime } from './runtime.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

export type CopyPart = (
  target: number,
  targetRowBytes: number,
  source: number,
  sourceRowBytes: number,
  rows: number,
  columns: number,
) => void

/** target += source, part by part; for `Device.product`'s bias on top of what stands in C. */
export function addRows(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, sourceRowBytes: number): void {
  const { rows, columns } = target
  kernels(runtime).add(target.address, rowBytes(target), source.address, sourceRowBytes, rows, columns)
}

interface CopyKernels {
  readonly copy: CopyPart
  readonly add: CopyPart
}

/** What a float takes. */
const FLOAT_NS = 0.2

export const copyParameters = ['target', 'targetRowBytes', 'source', 'sourceRowBytes', 'rows', 'columns'] as const
export type CopyLocals = Record<(typeof copyParameters)[number], number>

const kernels = (runtime: Runtime) => runtime.once<CopyKernels>('copy', emitCopies)

/** What `Device.copy` says. */
export function copy(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, options: CopyOptions = {}): void {
  if (options.transpose) {
    linkedKernel('copyTransposed')(runtime, target, source, options)
    return
  }
  const { accumulate = false, sourceColumn = 0, targetColumn = 0 } = options
  const [sourceRows, sourceColumns] = [source.rows, source.columns - sourceColumn]
  const rows = options.rows ?? Math.min(target.rows, sourceRows)
  const columns = options.columns ?? Math.min(target.columns - targetColumn, sourceColumns)
  const { copy, add } = kernels(runtime)
  const part = { rows, columns, to: target.address + 4 * targetColumn, from: source.address + 4 * sourceColumn }
  copyDivided(runtime, accumulate ? add : copy, { ...part, toBytes: rowBytes(target), fromBytes: rowBytes(source) })
}

/** A part of two matrices by addresses; `fromStep` from one row of the target to the next. @default fromBytes */
export interface CopiedPart {
  readonly rows: number
  readonly columns: number
  readonly to: number
  readonly toBytes: number
  readonly from: number
  readonly fromBytes: number
  readonly fromStep?: number
}

/** Rows of the target divided among the threads. */
export function copyDivided(runtime: Runtime, kernel: CopyPart, part: CopiedPart): void {
  const { rows, columns, to, toBytes, from, fromBytes, fromStep = fromBytes } = part
  runtime.split({ count: rows, unit: 4, nanoseconds: rows * columns * FLOAT_NS }, (begin, end) => {
    kernel(to + begin * toBytes, toBytes, from + begin * fromStep, fromBytes, end - begin, columns)
  })
}

function emitCopies(assembler: Assembler): void {
  defineCopy(assembler, 'copy', (code, p) => {
    eachRow(code, p, () => {
      code.get(p.target).get(p.source).get(p.columns).i32(2).op('i32.shl').memoryCopy()
    })
  })
  defineCopy(assembler, 'add', (code, p) => eachRow(code, p, () => emitAddRow(code, p)))
}

export function defineCopy(assembler: Assembler, name: string, body: (code: Code, p: CopyLocals) => void): void {
  assembler.function(name, { parameters: copyParameters.map(() => I32) }, (code, locals) => {
    body(code, Object.fromEntries(copyParameters.map((parameter, i) => [parameter, locals[i]])) as CopyLocals)
  })
}

function eachRow(code: Code, p: CopyLocals, body: () => void): void {
  code.repeat(p.rows, () => {
    body()
    code.addTo(p.target, p.targetRowBytes).addTo(p.source, p.sourceRowBytes)
  })
}

function emitAddRow(code: Code, p: CopyLocals): void {
  const [to, from, count] = [code.local(I32), code.local(I32), code.local(I32)]
  code.get(p.target).set(to).get(p.source).set(from)
  code.get(p.columns).i32(2).op('i32.shr_u').set(count)
  code.repeat(count, () => {
    code.get(to).get(to).memory('v128.load').get(from).memory('v128.load').op('f32x4.add').memory('v128.store')
    code.step(to, 16).step(from, 16)
  })
  code.get(p.columns).i32(3).op('i32.and').set(count)
  code.repeat(count, () => {
    code.get(to).get(to).memory('f32.load').get(from).memory('f32.load').op('f32.add').memory('f32.store')
    code.step(to, 4).step(from, 4)
  })
}
