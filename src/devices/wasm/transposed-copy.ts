/**
 * Copies with rows and columns exchanged, which may be added to what stands there. As in `copy.ts`, whole vectors are
 * followed by single floats.
 */
import type { CopyOptions } from '../device.ts'
import type { Assembler } from './assembler.ts'
import type { Code } from './code.ts'
import { I32, V128 } from './code.ts'
import { type CopyLocals, type CopyPart, copyDivided, defineCopy } from './copy.ts'
import type { Runtime } from './runtime.ts'
import { TransposeBlock } from './transpose-block.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

interface TransposeKernels {
  readonly transpose: CopyPart
  readonly addTransposed: CopyPart
}

const kernels = (runtime: Runtime) => runtime.once<TransposeKernels>('transposed copy', emitTransposes)

/** What `Device.copy` says with `transpose`. */
export function copyTransposed(
  runtime: Runtime,
  target: WasmMatrix,
  source: WasmMatrix,
  options: CopyOptions = {},
): void {
  const { accumulate = false, sourceColumn = 0, targetColumn = 0 } = options
  const rows = options.rows ?? Math.min(target.rows, source.columns - sourceColumn)
  const columns = options.columns ?? Math.min(target.columns - targetColumn, source.rows)
  const { transpose, addTransposed } = kernels(runtime)
  const part = { rows, columns, to: target.address + 4 * targetColumn, from: source.address + 4 * sourceColumn }
  const steps = { toBytes: rowBytes(target), fromBytes: rowBytes(source), fromStep: 4 }
  copyDivided(runtime, accumulate ? addTransposed : transpose, { ...part, ...steps })
}

/** target[r, c] = source[c, sourceColumn + r], all of target. */
export function transposeInto(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, sourceColumn: number): void {
  copyTransposed(runtime, target, source, { sourceColumn })
}

/** The same by addresses: target[r, c] = source[c, r], [rows, columns]. */
export function transposePart(runtime: Runtime, ...part: Parameters<CopyPart>): void {
  kernels(runtime).transpose(...part)
}

function emitTransposes(assembler: Assembler): void {
  defineCopy(assembler, 'transpose', (code, p) => emitTranspose(code, p, false))
  defineCopy(assembler, 'addTransposed', (code, p) => emitTranspose(code, p, true))
}

/** Four rows of the target at a time, in blocks of 4 × 4 and then single columns; then the last rows one by one. */
function emitTranspose(code: Code, p: CopyLocals, adds: boolean): void {
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
  readonly #p: CopyLocals
  readonly #adds: boolean
  readonly #block: TransposeBlock
  readonly #vectors: readonly number[]
  readonly #targets: readonly number[]
  readonly #from: number
  readonly #count: number

  constructor(code: Code, p: CopyLocals, adds: boolean) {
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
