/**
 * Where the device finds what only training and streams use (decision 0047). Those kernels are linked when a program
 * has the tape, and a page that only predicts, which has none, ships without them. Engines are those of
 * `recurrent/pass.ts`; their type would make this file import what it keeps out.
 */
import type { RandomKey } from '../../random/key.ts'
import type { CopyOptions } from '../device.ts'
import type { LinearCrossEntropyCall, LinearCrossEntropyGradients } from '../linear-cross-entropy.ts'
import type { BackwardArguments, ForwardResult, RecurrentCall, TrainingCall } from '../recurrent.ts'
import type { Runtime } from './runtime.ts'
import type { WasmMatrix } from './wasm-matrix.ts'

export interface LinkedKernels {
  reshape(runtime: Runtime, target: WasmMatrix, source: WasmMatrix): void
  copyTransposed(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, options: CopyOptions): void
  transposePart(
    runtime: Runtime,
    target: number,
    targetRowBytes: number,
    source: number,
    sourceRowBytes: number,
    rows: number,
    columns: number,
  ): void
  fillMask(runtime: Runtime, target: WasmMatrix, key: readonly [number, number], rate: number, firstRow?: number): void
  maskKey(noise: RandomKey, k: number): RandomKey
  sumColumns(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, accumulate: boolean): void
  sumOfSquares(runtime: Runtime, source: WasmMatrix): number
  putRows(runtime: Runtime, table: WasmMatrix, source: WasmMatrix, indices: Int32Array): void
  softmaxCrossEntropy(
    runtime: Runtime,
    losses: WasmMatrix,
    logits: WasmMatrix,
    labels: Int32Array,
    gradient?: WasmMatrix,
  ): void
  linearCrossEntropy(
    engine: object,
    losses: WasmMatrix,
    call: LinearCrossEntropyCall,
    gradients: LinearCrossEntropyGradients | null,
  ): void
  recurrentBackward(engine: object, call: TrainingCall, result: ForwardResult, gradients: BackwardArguments): void
  singleSteps(engine: object): SingleSteps
  /** Engines and passes are those of `recurrent/pass.ts`. */
  inputTable(pass: object, multiply: (x: Rows, z: Rows, rows: number) => void): InputTable
  inputTableSums(pass: object): InputTableSums
}

/** The steps that are kept because a stream runs them again and again. */
export interface SingleSteps {
  find(call: RecurrentCall, result: ForwardResult): { run(call: RecurrentCall, result: ForwardResult): void } | null
}

interface Rows {
  readonly address: number
  readonly rowBytes: number
}

/** Of `recurrent/input-table.ts`. */
export interface InputTable {
  begin(indices: Int32Array, chunk: object): void
}

export interface InputTableSums {
  readonly rows: Rows
  begin(chunk: object): void
  add(chunk: object, first: number, end: number): void
  finish(gradient: WasmMatrix): void
}

const linked: Partial<LinkedKernels> = {}

/** Adds some; once more changes nothing. */
export function linkKernels(kernels: Partial<LinkedKernels>): void {
  Object.assign(linked, kernels)
}

export const isLinked = (name: keyof LinkedKernels): boolean => name in linked

export function linkedKernel<Name extends keyof LinkedKernels>(name: Name): LinkedKernels[Name] {
  const kernel = linked[name]
  if (kernel) return kernel as LinkedKernels[Name]
  throw new Error(`internal: ${name} was used by a program that has not linked it`)
}
