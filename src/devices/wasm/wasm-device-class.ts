/**
 * The wasm device: every operation by kernels that are made here, at run time, in 32 bits.
 *
 * The parts stand beside this file by subject; the class names them and owns what they share. A kernel is compiled when
 * it is first used. What only training uses is linked (`linked-kernels.ts`); a page that predicts ships without it.
 */
import { OptionError } from '../../errors/errors.ts'
import { shown } from '../../errors/shown.ts'
import type { Program } from '../../formula/program.ts'
import type { CopyOptions, Device, Matrix, PointwiseArguments, ProductOptions } from '../device.ts'
import type { LinearCrossEntropyCall, LinearCrossEntropyGradients } from '../linear-cross-entropy.ts'
import type { BackwardArguments, ForwardResult, RecurrentCall, TrainingCall } from '../recurrent.ts'
import { weightMatrices } from '../recurrent.ts'
import { copy } from './copy.ts'
import { canShareMemory, hasRelaxedSimd } from './features.ts'
import { isLinked, linkedKernel, type SingleSteps } from './linked-kernels.ts'
import { WasmMemory } from './memory.ts'
import { runProgram } from './pointwise/call.ts'
import { PointwiseKernels } from './pointwise/kernel.ts'
import { product } from './product/product.ts'
import { Products } from './product/products.ts'
import { recurrentForward } from './recurrent/forward.ts'
import { reduceRows } from './reductions.ts'
import { gatherRows, scatterAddRows } from './rows.ts'
import { Runtime } from './runtime.ts'
import { softmax } from './softmax.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { readRows, rowBytes, strideOf, writeRows } from './wasm-matrix.ts'
import { wideVectors } from './wide-vectors.ts'

export interface WasmDeviceOptions {
  /**
   * `relaxed`: multiply-adds with one rounding where the processor has them. `plain`: the same bits on every machine.
   * @default relaxed where the engine can compile it
   */
  readonly arithmetic?: 'relaxed' | 'plain'
  /** Tiles for engines that join neighbouring vectors to 256 bits; elsewhere they are slow. @default `wideVectors` */
  readonly wide?: boolean
}

/**
 * Creates a device with a memory of its own, for predicting; most callers want `createWasmDevice`.
 *
 * @throws {OptionError} The engine has no SIMD, or relaxed arithmetic was asked for and it has none.
 */
export function createPredictingDevice({
  arithmetic,
  wide = wideVectors().enabled,
}: WasmDeviceOptions = {}): WasmDevice {
  const canRelax = hasRelaxedSimd()
  if (arithmetic !== undefined && arithmetic !== 'relaxed' && arithmetic !== 'plain') {
    throw new OptionError(`arithmetic: expected relaxed or plain, got ${shown(arithmetic)}.`)
  }
  if (arithmetic === 'relaxed' && !canRelax) {
    throw new OptionError('arithmetic: expected an engine with relaxed SIMD, got one without. Use plain, or Node 22.')
  }
  return new WasmDevice(
    new Runtime(new WasmMemory({ shared: canShareMemory() }), { relaxed: canRelax && arithmetic !== 'plain', wide }),
  )
}

export class WasmDevice implements Device {
  readonly name = 'wasm'
  readonly bytesPerElement = 4
  readonly mostBytes: number
  readonly arithmetic: 'relaxed' | 'plain'
  readonly runtime: Runtime
  readonly products: Products
  readonly kernels: PointwiseKernels
  #singleSteps: SingleSteps | null = null

  constructor(runtime: Runtime) {
    this.runtime = runtime
    this.mostBytes = runtime.memory.mostBytes
    this.arithmetic = runtime.arithmetic.relaxed ? 'relaxed' : 'plain'
    this.products = new Products(runtime)
    this.kernels = new PointwiseKernels(runtime)
  }

  allocate(rows: number, columns: number, isZeroed = true): WasmMatrix {
    const stride = strideOf(columns)
    return { rows, columns, stride, address: this.runtime.memory.allocate(4 * rows * stride, isZeroed) }
  }

  /** Before memory is written or given back: what was computed from it is no longer true. */
  #changes(...matrices: readonly Matrix[]): void {
    const { derived } = this.runtime
    for (const matrix of matrices) derived.changes(matrix as WasmMatrix)
  }

  release(matrix: Matrix): void {
    this.#changes(matrix)
    const { address, rows, stride } = matrix as WasmMatrix
    this.runtime.memory.release(address, 4 * rows * stride)
  }

  rowsOf(matrix: Matrix, row: number, rows: number): WasmMatrix {
    const { address, columns, stride } = matrix as WasmMatrix
    return { rows, columns, stride, address: address + row * rowBytes(matrix) }
  }

  write(matrix: Matrix, values: ArrayLike<number>): void {
    this.#changes(matrix)
    writeRows(this.runtime.memory.floats, matrix as WasmMatrix, values)
  }

  read(matrix: Matrix): Float32Array {
    return readRows(this.runtime.memory.floats, matrix as WasmMatrix)
  }

  fill(matrix: Matrix, value: number): void {
    this.#changes(matrix)
    const { address, rows, stride } = matrix as WasmMatrix
    if (Object.is(value, 0)) this.runtime.clear(address, 4 * rows * stride)
    else this.runtime.memory.floats.fill(value, address / 4, address / 4 + rows * stride)
  }

  reshape(target: Matrix, source: Matrix): void {
    this.#changes(target)
    linkedKernel('reshape')(this.runtime, target as WasmMatrix, source as WasmMatrix)
  }

  copy(target: Matrix, source: Matrix, options?: CopyOptions): void {
    this.#changes(target)
    copy(this.runtime, target as WasmMatrix, source as WasmMatrix, options)
  }

  product(c: Matrix, a: Matrix, b: Matrix, options?: ProductOptions): void {
    this.#changes(c)
    product(this.runtime, this.products, c as WasmMatrix, a as WasmMatrix, b as WasmMatrix, options)
  }

  pointwise(program: Program, args: PointwiseArguments): void {
    this.#changes(...args.outputs)
    runProgram(this.runtime, this.kernels.compile(program), program, args)
  }

  reduceRows(target: Matrix, source: Matrix, how: 'sum' | 'max'): void {
    this.#changes(target)
    reduceRows(this.runtime, target as WasmMatrix, source as WasmMatrix, how)
  }

  sumColumns(target: Matrix, source: Matrix, accumulate = false): void {
    this.#changes(target)
    linkedKernel('sumColumns')(this.runtime, target as WasmMatrix, source as WasmMatrix, accumulate)
  }

  sumOfSquares(source: Matrix): number {
    return linkedKernel('sumOfSquares')(this.runtime, source as WasmMatrix)
  }

  gatherRows(target: Matrix, table: Matrix, indices: Int32Array): void {
    this.#changes(target)
    gatherRows(this.runtime, target as WasmMatrix, table as WasmMatrix, indices)
  }

  scatterAddRows(table: Matrix, source: Matrix, indices: Int32Array): void {
    this.#changes(table)
    scatterAddRows(this.runtime, table as WasmMatrix, source as WasmMatrix, indices)
  }

  putRows(table: Matrix, source: Matrix, indices: Int32Array): void {
    this.#changes(table)
    linkedKernel('putRows')(this.runtime, table as WasmMatrix, source as WasmMatrix, indices)
  }

  softmax(target: Matrix, source: Matrix): void {
    this.#changes(target)
    softmax(this.runtime, target as WasmMatrix, source as WasmMatrix)
  }

  softmaxCrossEntropy(losses: Matrix, logits: Matrix, labels: Int32Array, gradient?: Matrix): void {
    this.#changes(losses, ...(gradient ? [gradient] : []))
    const target = gradient as WasmMatrix | undefined
    linkedKernel('softmaxCrossEntropy')(this.runtime, losses as WasmMatrix, logits as WasmMatrix, labels, target)
  }

  linearCrossEntropy(
    losses: Matrix,
    call: LinearCrossEntropyCall,
    gradients: LinearCrossEntropyGradients | null,
  ): void {
    this.#changes(losses)
    if (gradients) this.#changes(gradients.x, gradients.weight, ...(gradients.bias ? [gradients.bias] : []))
    linkedKernel('linearCrossEntropy')(this, losses as WasmMatrix, call, gradients)
  }

  mask(target: Matrix, key: readonly [number, number], rate: number): void {
    this.#changes(target)
    linkedKernel('fillMask')(this.runtime, target as WasmMatrix, key, rate)
  }

  recurrentForward(call: RecurrentCall, result: ForwardResult, training: boolean): void {
    const { states, last, saved, operands, recorded } = result
    for (const named of [states, last, recorded]) for (const name in named) this.#changes(named[name])
    this.#changes(...saved, ...operands)
    const single = training ? null : this.#singleStep(call, result)
    if (single) single.run(call, result)
    else recurrentForward(this, call, result, training)
  }

  /** Only streams run the same step again and again. */
  #singleStep(call: RecurrentCall, result: ForwardResult) {
    if (!isLinked('singleSteps')) return null
    this.#singleSteps ??= linkedKernel('singleSteps')(this)
    return this.#singleSteps.find(call, result)
  }

  recurrentBackward(call: TrainingCall, result: ForwardResult, gradients: BackwardArguments): void {
    const { x, weights, initial } = gradients
    this.#changes(...(x ? [x] : []), ...weightMatrices(weights), ...Object.values(initial))
    linkedKernel('recurrentBackward')(this, call, result, gradients)
  }
}
