/**
 * What a device does: the whole contract between the library and whoever computes.
 *
 * A device owns memory in blocks called `Matrix`: rows × columns of floats, each row padded to a multiple of 8 floats
 * (`stride`). What stands in the padding is unspecified and never read as data. Every operation writes into matrices
 * that the caller allocated, is complete when it returns, and may be split over threads as the device likes: a caller
 * cannot tell. Shapes are checked by the callers (tensor operations and layers), not here.
 *
 * `reference` computes in 64 bits by the plainest loops; `wasm` in 32 bits by kernels made at run time. Sums over rows
 * go in the order of the rows; one element of a product is one chain of multiply-adds, k ascending (design §4).
 */
import type { Program } from '../formula/program.ts'
import type { LinearCrossEntropyDevice } from './linear-cross-entropy.ts'
import type { Matrix } from './matrix.ts'
import type { RecurrentDevice } from './recurrent.ts'

export type { Matrix } from './matrix.ts'

export interface ProductOptions {
  /** Use Aᵀ: a is [k, rows of c]. */
  readonly transposeA?: boolean
  /** Use Bᵀ: b is [columns of c, k]. */
  readonly transposeB?: boolean
  /** Begin each element with what stands in c (default: with 0, or the bias). */
  readonly accumulate?: boolean
  /** Begin each element with its column's bias, [1, columns of c]. */
  readonly bias?: Matrix
}

export interface PointwiseArguments {
  /** One for each of the program's inputs: [rows, columns], [1, columns] or, for a `column`, [rows, 1]. */
  readonly inputs: readonly Matrix[]
  /** One for each output, [rows, columns]; may be the same memory as an input. */
  readonly outputs: readonly Matrix[]
  /** One for each of the program's scalars. */
  readonly scalars?: readonly number[]
}

export interface Device extends RecurrentDevice, LinearCrossEntropyDevice {
  readonly name: string
  /** Bytes of one element: 8 for the reference, 4 for the kernels. */
  readonly bytesPerElement: 4 | 8
  /** Results of different arithmetic differ in the last bits. */
  readonly arithmetic: 'exact' | 'relaxed' | 'plain'

  // Memory
  /** The most that all blocks together can take, in bytes. */
  readonly mostBytes: number
  /**
   * A new block.
   *
   * @param isZeroed  All zeros, padding included; else it holds whatever was there, to be written by the caller.
   *                  @default true
   * @throws {MemoryError} there is no room.
   */
  allocate(rows: number, columns: number, isZeroed?: boolean): Matrix
  /** Gives a block back; views of it end with it. */
  release(matrix: Matrix): void
  /** A part of the same memory: `rows` rows from `row` on. Not to be released. */
  rowsOf(matrix: Matrix, row: number, rows: number): Matrix
  /** Writes values row by row (row-major, without padding). */
  write(matrix: Matrix, values: ArrayLike<number>): void
  /** The values row by row, without padding: a copy. */
  read(matrix: Matrix): Float32Array | Float64Array
  fill(matrix: Matrix, value: number): void
  /** The elements in row-major order, without padding, laid out in other rows and columns; as many in both. */
  reshape(target: Matrix, source: Matrix): void
  /** target[r, c] = source[r, c], or += with `accumulate`; with `transpose`, target[r, c] = source[c, r]. The column
   * offsets say where in each row the copied part begins; its size is the smaller matrix's (target's, source's). */
  copy(target: Matrix, source: Matrix, options?: CopyOptions): void

  // Arithmetic
  /** c = op(a) · op(b), see the options. */
  product(c: Matrix, a: Matrix, b: Matrix, options?: ProductOptions): void
  /** Runs a point-wise program over all rows and columns of its outputs. */
  pointwise(program: Program, args: PointwiseArguments): void
  /** target[r, 0] = sum or max over row r of source. */
  reduceRows(target: Matrix, source: Matrix, how: 'sum' | 'max'): void
  /** target[0, c] = sum over the rows of source, in order; added to what stands there with `accumulate`. */
  sumColumns(target: Matrix, source: Matrix, accumulate?: boolean): void
  /** The sum of squares of all elements, for norms. */
  sumOfSquares(source: Matrix): number

  // Rows by index
  /** target[r] = table[indices[r]]. */
  gatherRows(target: Matrix, table: Matrix, indices: Int32Array): void
  /** table[indices[r]] += source[r], r ascending. */
  scatterAddRows(table: Matrix, source: Matrix, indices: Int32Array): void
  /** table[indices[r]] = source[r], each row of the table at most once. */
  putRows(table: Matrix, source: Matrix, indices: Int32Array): void

  // Probabilities
  /** target[r] = softmax(source[r]); may be the same memory. */
  softmax(target: Matrix, source: Matrix): void
  /**
   * losses[r, 0] = −log softmax(logits[r])[labels[r]] in nats, and, if asked for, gradient[r] = softmax(logits[r]) −
   * onehot(labels[r]). `gradient` may be the same memory as `logits`.
   */
  softmaxCrossEntropy(losses: Matrix, logits: Matrix, labels: Int32Array, gradient?: Matrix): void

  // Randomness
  /** Fills with 0 (probability `rate`) or 1/(1 − rate), element (r, c) by `maskValue` of `random/mask.ts`. */
  mask(target: Matrix, key: readonly [number, number], rate: number): void
}

export interface CopyOptions {
  readonly transpose?: boolean
  readonly accumulate?: boolean
  /** First column in each row of the source (before transposing). */
  readonly sourceColumn?: number
  readonly targetColumn?: number
  /** Part to copy, in the target's orientation. Default: what both have. */
  readonly rows?: number
  readonly columns?: number
}
