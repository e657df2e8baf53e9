/**
 * Copies of matrices and of parts of them: as they are, transposed, added to what stands there, or in other rows.
 *
 * A part may begin at any column, so whole vectors are followed by single floats; nothing outside the part is written.
 */
import type { CopyOptions } from '../device.ts'
import type { Assembler } from './assembler.ts'
import type { Code } from './code.ts'
import { I32, V128 } from './code.ts'
import type { Runtime } from './runtime.ts'
import { TransposeBlock } from './transpose-block.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

type CopyPart = (
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

/** One for each way of copying; `transpose` reads element (column, row). */
interface CopyKernels {
  readonly copy: CopyPart
  readonly add: CopyPart
  readonly transpose: CopyPart
  readonly addTransposed: CopyPart
}

/** What a float takes. */
const FLOAT_NS = 0.2

const parameters = ['target', 'targetRowBytes', 'source', 'sourceRowBytes', 'rows', 'columns'] as const
type Locals = Record<(typeof parameters)[number], number>

const kernels = (runtime: Runtime) => runtime.once<CopyKernels>('copy', emitCopies)

/** What `Device.copy` says. */
export function copy(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, options: CopyOptions = {}): void {
  const { transpose = false, accumulate = false, sourceColumn = 0, targetColumn = 0 } = options
  const sourceRows = transpose ? source.columns - sourceColumn : source.rows
  const sourceColumns = transpose ? source.rows : source.columns - sourceColumn
  const rows = options.rows ?? Math.min(target.rows, sourceRows)
  const columns = options.columns ?? Math.min(target.columns - targetColumn, sourceColumns)
  const { copy, add, transpose: transposed, addTransposed } = kernels(runtime)
  const kernel = transpose ? (accumulate ? addTransposed : transposed) : accumulate ? add : copy
  const [to, from] = [target.address + 4 * targetColumn, source.address + 4 * sourceColumn]
  const [toBytes, fromBytes] = [rowBytes(target), rowBytes(source)]
  // From one row of the target to the next.
  const fromStep = transpose ? 4 : fromBytes
  runtime.split({ count: rows, unit: 4, nanoseconds: rows * columns * FLOAT_NS }, (begin, end) => {
    kernel(to + begin * toBytes, toBytes, from + begin * fromStep, fromBytes, end - begin, columns)
  })
}

/** target[r, c] = source[c, sourceColumn + r], all of target. */
export function transposeInto(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, sourceColumn: number): void {
  copy(runtime, target, source, { transpose: true, sourceColumn })
}

/** The same by addresses: target[r, c] = source[c, r], [rows, columns]. */
export function transposePart(runtime: Runtime, ...part: Parameters<CopyPart>): void {
  kernels(runtime).transpose(...part)
}

/** The elements row by row, without padding, in target's rows: runs that lie in one row of both. */
export function reshape(runtime: Runtime, target: WasmMatrix, source: WasmMatrix): void {
  const { floats } = runtime.memory
  const count = source.rows * source.columns
  for (let i = 0; i < count; ) {
    const [sourceColumn, targetColumn] = [i % source.columns, i % target.columns]
    const run = Math.min(source.columns - sourceColumn, target.columns - targetColumn)
    const from = source.address / 4 + Math.floor(i / source.columns) * source.stride + sourceColumn
    const to = target.address / 4 + Math.floor(i / target.columns) * target.stride + targetColumn
    floats.copyWithin(to, from, from + run)
    i += run
  }
}

function emitCopies(assembler: Assembler): void {
  const define = (name: keyof CopyKernels, body: (code: Code, p: Locals) => void) =>
    assembler.function(name, { parameters: parameters.map(() => I32) }, (code, locals) => {
      body(code, Object.fromEntries(parameters.map((parameter, i) => [parameter, locals[i]])) as Locals)
    })
  define('copy', (code, p) => {
    eachRow(code, p, () => {
      code.get(p.target).get(p.source).get(p.columns).i32(2).op('i32.shl').memoryCopy()
    })
  })
  define('add', (code, p) => eachRow(code, p, () => emitAddRow(code, p)))
  define('transpose', (code, p) => emitTranspose(code, p, false))
  define('addTransposed', (code, p) => emitTranspose(code, p, true))
}

function eachRow(code: Code, p: Locals, body: () => void): void {
  code.repeat(p.rows, () => {
    body()
    code.addTo(p.target, p.targetRowBytes).addTo(p.source, p.sourceRowBytes)
  })
}

function emitAddRow(code: Code, p: Locals): void {
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

/** Four rows of the target at a time, in blocks of 4 × 4 and then single columns; then the last rows one by one. */
function emitTranspose(code: Code, p: Locals, adds: boolean): void {
  const rest = code.local(I32)
  code.get(p.rows).i32(3).op('i32.and').set(rest)
  code.get(p.rows).i32(2).op('i32.shr_u').set(p.rows)
  const next = (rows: number) => {
    for (let i = 0; i < rows; i++) code.addTo(p.target, p.targetRowBytes)
    code.step(p.source, 4 * rows)
  }
  const strip = new TransposedStrip(code, p, adds)
  code.repeat(p.rows, () => {
    strip.emitFourRows()
    next(4)
  })
  code.repeat(rest, () => {
    strip.emitRow()
    next(1)
  })
}

class TransposedStrip {
  readonly #code: Code
  readonly #p: Locals
  readonly #adds: boolean
  readonly #block: TransposeBlock
  readonly #vectors: readonly number[]
  readonly #targets: readonly number[]
  readonly #from: number
  readonly #count: number

  constructor(code: Code, p: Locals, adds: boolean) {
    this.#code = code
    this.#p = p
    this.#adds = adds
    this.#block = new TransposeBlock(code)
    this.#vectors = Array.from({ length: 4 }, () => code.local(V128))
    this.#targets = Array.from({ length: 4 }, () => code.local(I32))
    this.#from = code.local(I32)
    this.#count = code.local(I32)
  }

  emitFourRows(): void {
    const code = this.#code
    const p = this.#p
    this.#begin(4)
    code.get(p.columns).i32(2).op('i32.shr_u').set(this.#count)
    code.repeat(this.#count, () => {
      for (const vector of this.#vectors) {
        code.get(this.#from).memory('v128.load').set(vector).addTo(this.#from, p.sourceRowBytes)
      }
      this.#block.emit(this.#vectors).forEach((row, i) => {
        const target = this.#targets[i]
        code.get(target).get(row)
        if (this.#adds) code.get(target).memory('v128.load').op('f32x4.add')
        code.memory('v128.store').step(target, 16)
      })
    })
    code.get(p.columns).i32(3).op('i32.and').set(this.#count)
    this.#singleColumns(4)
  }

  emitRow(): void {
    this.#begin(1)
    this.#code.get(this.#p.columns).set(this.#count)
    this.#singleColumns(1)
  }

  #begin(rows: number): void {
    const code = this.#code
    code.get(this.#p.source).set(this.#from)
    code.get(this.#p.target).set(this.#targets[0])
    for (let i = 1; i < rows; i++) {
      code
        .get(this.#targets[i - 1])
        .get(this.#p.targetRowBytes)
        .op('i32.add')
        .set(this.#targets[i])
    }
  }

  #singleColumns(rows: number): void {
    const code = this.#code
    code.repeat(this.#count, () => {
      for (let i = 0; i < rows; i++) {
        const target = this.#targets[i]
        code
          .get(target)
          .get(this.#from)
          .memory('f32.load', 4 * i)
        if (this.#adds) code.get(target).memory('f32.load').op('f32.add')
        code.memory('f32.store').step(target, 4)
      }
      code.addTo(this.#from, this.#p.sourceRowBytes)
    })
  }
}
