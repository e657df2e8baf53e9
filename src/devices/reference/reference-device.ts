/**
 * The reference device: what every operation means, in 64 bits, by loops that can be checked by reading them.
 *
 * The oracle of the tests and the device of finite differences; never used for speed. The operations stand beside this
 * file by subject (`movement.ts`, `arithmetic.ts`, `recurrent.ts`), as functions over matrices; the class names them.
 */
import { MemoryError } from '../../errors/errors.ts'
import { mul, scalar, variable } from '../../formula/expression.ts'
import { type Program, program } from '../../formula/program.ts'
import { maskValue } from '../../random/mask.ts'
import type { CopyOptions, Device, Matrix, PointwiseArguments, ProductOptions } from '../device.ts'
import type { LinearCrossEntropyCall, LinearCrossEntropyGradients } from '../linear-cross-entropy.ts'
import type { BackwardArguments, ForwardResult, RecurrentCall } from '../recurrent.ts'
import * as arithmetic from './arithmetic.ts'
import * as movement from './movement.ts'
import { recurrentForward } from './recurrent.ts'
import { recurrentBackward } from './recurrent-backward.ts'
import { createMatrix, eachRow, own, type ReferenceMatrix } from './reference-matrix.ts'

const scaled = program([{ name: 'z', value: mul(scalar('scale'), variable('z')) }])

export class ReferenceDevice implements Device {
  readonly name = 'reference'
  readonly bytesPerElement = 8
  readonly mostBytes = Infinity
  readonly arithmetic = 'exact'
  #blocks = 0

  /** Blocks allocated and not yet released: the tests of lifetimes look at it. */
  get liveBlocks(): number {
    return this.#blocks
  }

  allocate(rows: number, columns: number): ReferenceMatrix {
    try {
      const matrix = createMatrix(rows, columns)
      this.#blocks++
      return matrix
    } catch (cause) {
      const size = `[${rows}, ${columns}] (${rows * columns * this.bytesPerElement} bytes)`
      throw new MemoryError(`ReferenceDevice.allocate: expected room for ${size}, got none. Use a smaller batch.`, {
        cause,
      })
    }
  }

  release(matrix: Matrix): void {
    const reference = own(matrix)
    if (reference.data.length !== reference.rows * reference.stride) throw new Error('internal: a view was released')
    reference.data.fill(Number.NaN)
    reference.block.released = true
    this.#blocks--
  }

  rowsOf(matrix: Matrix, row: number, rows: number): ReferenceMatrix {
    const reference = own(matrix)
    if (row < 0 || row + rows > reference.rows) throw new Error('internal: a view reaches beyond its matrix')
    return { ...reference, rows, offset: reference.offset + row * reference.stride }
  }

  write(matrix: Matrix, values: ArrayLike<number>): void {
    movement.write(matrix, values)
  }

  read(matrix: Matrix): Float64Array {
    return movement.read(matrix)
  }

  fill(matrix: Matrix, value: number): void {
    eachRow(matrix, row => row.fill(value))
  }

  reshape(target: Matrix, source: Matrix): void {
    movement.write(target, movement.read(source))
  }

  copy(target: Matrix, source: Matrix, options?: CopyOptions): void {
    movement.copy(target, source, options)
  }

  product(c: Matrix, a: Matrix, b: Matrix, options?: ProductOptions): void {
    arithmetic.product(c, a, b, options)
  }

  pointwise(program: Program, args: PointwiseArguments): void {
    arithmetic.pointwise(program, args)
  }

  reduceRows(target: Matrix, source: Matrix, how: 'sum' | 'max'): void {
    arithmetic.reduceRows(target, source, how)
  }

  sumColumns(target: Matrix, source: Matrix, accumulate = false): void {
    arithmetic.sumColumns(target, source, accumulate)
  }

  sumOfSquares(source: Matrix): number {
    return arithmetic.sumOfSquares(source)
  }

  gatherRows(target: Matrix, table: Matrix, indices: Int32Array): void {
    movement.gatherRows(target, table, indices)
  }

  scatterAddRows(table: Matrix, source: Matrix, indices: Int32Array): void {
    movement.scatterAddRows(table, source, indices)
  }

  putRows(table: Matrix, source: Matrix, indices: Int32Array): void {
    movement.putRows(table, source, indices)
  }

  softmax(target: Matrix, source: Matrix): void {
    arithmetic.softmax(target, source)
  }

  softmaxCrossEntropy(losses: Matrix, logits: Matrix, labels: Int32Array, gradient?: Matrix): void {
    arithmetic.softmaxCrossEntropy(losses, logits, labels, gradient)
  }

  /** All logits at once, one operation after the other. */
  linearCrossEntropy(
    losses: Matrix,
    { x, weight, bias, labels }: LinearCrossEntropyCall,
    gradients: LinearCrossEntropyGradients | null,
  ): void {
    const logits = this.allocate(x.rows, weight.rows)
    this.product(logits, x, weight, { transposeB: true, ...(bias ? { bias } : {}) })
    this.softmaxCrossEntropy(losses, logits, labels, logits)
    if (gradients) {
      this.pointwise(scaled, { inputs: [logits], outputs: [logits], scalars: [gradients.scale] })
      this.product(gradients.x, logits, weight)
      this.product(gradients.weight, logits, x, { transposeA: true })
      if (gradients.bias) this.sumColumns(gradients.bias, logits)
    }
    this.release(logits)
  }

  mask(target: Matrix, key: readonly [number, number], rate: number): void {
    eachRow(target, (row, r) => {
      for (let c = 0; c < row.length; c++) row[c] = maskValue(key[0], key[1], r, c, rate)
    })
  }

  recurrentForward(call: RecurrentCall, result: ForwardResult, _training: boolean): void {
    recurrentForward(call, result)
  }

  recurrentBackward(call: RecurrentCall, _result: ForwardResult, gradients: BackwardArguments): void {
    recurrentBackward(call, gradients)
  }
}
