/**
 * The two directions along which a cloud of points is widest (principal component analysis), for a map of it.
 *
 * Orthogonal iteration on the covariance with a few directions more than are wanted, then Rayleigh and Ritz: Golub &
 * Van Loan, "Matrix Computations", 8.2.4 and 8.1. The same points give the same map: nothing is drawn by chance.
 */
import type { Turns } from '../../src/training/turns.ts'

export interface PrincipalAxes {
  /** [D] */
  readonly mean: Float64Array
  /** Two of length 1, [D]; each one's largest number is positive. */
  readonly axes: readonly Float64Array[]
  /** Of all variance, along each. */
  readonly shares: readonly number[]
}

const WANTED = 2
/** They make the iteration fast where the second and third direction are nearly as wide. */
const SPARE = 6
const ITERATIONS_MOST = 500
const BETWEEN_CHECKS = 4
/** Change of a wanted variance from one check to the next, as a share. */
const ENOUGH = 1e-12

const isClose = (now: number, before: number): boolean => Math.abs(now - before) <= ENOUGH * Math.abs(now)

/** @param rows  [N, D], row by row; N ≥ 2, D ≥ 2. */
export async function principalAxes(rows: Float32Array, dimensions: number, turns: Turns): Promise<PrincipalAxes> {
  const mean = meanOf(rows, dimensions)
  const covariance = await covarianceOf(rows, mean, turns)
  const directions = Math.min(dimensions, WANTED + SPARE)
  let basis = orthonormal(firstGuess(directions, dimensions))
  let found = ritz(covariance, basis)
  for (let k = 0; k < ITERATIONS_MOST; k += BETWEEN_CHECKS) {
    for (let j = 0; j < BETWEEN_CHECKS; j++) basis = orthonormal(basis.map(v => times(covariance, v)))
    const before = found
    found = ritz(covariance, basis)
    await turns.give()
    if (found.slice(0, WANTED).every(({ variance }, i) => isClose(variance, before[i].variance))) break
  }
  const total = covariance.reduce((sum, row, d) => sum + row[d], 0)
  return {
    mean,
    axes: found.slice(0, WANTED).map(({ axis }) => axis),
    shares: found.slice(0, WANTED).map(({ variance }) => (total > 0 ? variance / total : 0)),
  }
}

/** Where a point is on the map. */
export const placeOn = ({ mean, axes }: PrincipalAxes, row: ArrayLike<number>): [number, number] => {
  const along = (axis: Float64Array) => axis.reduce((sum, a, d) => sum + a * (row[d] - mean[d]), 0)
  return [along(axes[0]), along(axes[1])]
}

function meanOf(rows: Float32Array, dimensions: number): Float64Array {
  const mean = new Float64Array(dimensions)
  for (let i = 0; i < rows.length; i++) mean[i % dimensions] += rows[i]
  return mean.map(sum => (sum * dimensions) / rows.length)
}

/** [D][D] */
async function covarianceOf(rows: Float32Array, mean: Float64Array, turns: Turns): Promise<Float64Array[]> {
  const dimensions = mean.length
  const count = rows.length / dimensions
  const covariance = Array.from({ length: dimensions }, () => new Float64Array(dimensions))
  for (let begin = 0; begin < rows.length; begin += dimensions) {
    const centred = mean.map((m, d) => rows[begin + d] - m)
    for (let i = 0; i < dimensions; i++) {
      const row = covariance[i]
      const x = centred[i] / count
      for (let j = 0; j < dimensions; j++) row[j] += x * centred[j]
    }
    await turns.give()
  }
  return covariance
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d]
  return sum
}

const times = (matrix: readonly Float64Array[], v: Float64Array) => Float64Array.from(matrix, row => dot(row, v))

/** Directions that no cloud of words is likely to be square to. */
const firstGuess = (count: number, dimensions: number): Float64Array[] =>
  Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: dimensions }, (_, d) => Math.sin(1 + d + 7 * k * d + k)),
  )

/** Gram and Schmidt, twice, which is enough (Giraud et al. 2005); a direction that vanishes is a unit vector. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const made: Float64Array[] = []
  for (const [k, vector] of vectors.entries()) {
    const spare = () =>
      unitVectors(vector.length, k)
        .map(unit => reduced(unit, made))
        .find(unit => unit !== null)
    made.push(reduced(vector, made) ?? (spare() as Float64Array))
  }
  return made
}

const unitVectors = (dimensions: number, first: number): Float64Array[] =>
  Array.from({ length: dimensions }, (_, k) => {
    const unit = new Float64Array(dimensions)
    unit[(first + k) % dimensions] = 1
    return unit
  })

/** What is square to the others, of length 1; null: next to nothing is left. */
function reduced(vector: Float64Array, others: readonly Float64Array[]): Float64Array | null {
  const size = Math.sqrt(dot(vector, vector))
  let rest = vector
  for (let round = 0; round < 2; round++) {
    for (const other of others) {
      const share = dot(rest, other)
      rest = rest.map((x, d) => x - share * other[d])
    }
  }
  const length = Math.sqrt(dot(rest, rest))
  return length > 1e-10 * size && length > 0 ? rest.map(x => x / length) : null
}

/** The best directions within the span of a basis, widest first. */
function ritz(covariance: readonly Float64Array[], basis: readonly Float64Array[]) {
  const images = basis.map(v => times(covariance, v))
  const small = basis.map(v => images.map(image => dot(v, image)))
  const { values, vectors } = jacobi(small)
  return values
    .map((variance, k) => ({
      variance,
      axis: upright(
        combined(
          basis,
          vectors.map(row => row[k]),
        ),
      ),
    }))
    .sort((a, b) => b.variance - a.variance)
}

const combined = (basis: readonly Float64Array[], weights: readonly number[]): Float64Array =>
  basis[0].map((_, d) => basis.reduce((sum, v, k) => sum + weights[k] * v[d], 0))

/** An axis has no sign of its own: its largest number is made positive. */
function upright(axis: Float64Array): Float64Array {
  const largest = axis.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0)
  return largest < 0 ? axis.map(x => -x) : axis
}

const SWEEPS_MOST = 60
/** Beside the diagonal, as a share of its largest. */
const NOTHING = 1e-16

/** Eigenvalues and eigenvectors (columns) of a small symmetric matrix by Jacobi's rotations. */
function jacobi(symmetric: readonly (readonly number[])[]): { values: number[]; vectors: number[][] } {
  const n = symmetric.length
  const a = symmetric.map(row => [...row])
  const vectors = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)))
  const largest = Math.max(...a.map((row, i) => Math.abs(row[i])))
  const isDiagonal = () => a.every((row, i) => row.every((x, j) => i === j || Math.abs(x) <= NOTHING * largest))
  for (let sweep = 0; sweep < SWEEPS_MOST && !isDiagonal(); sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q)
  }
  return { values: a.map((row, i) => row[i]), vectors }
}

/** Makes a[p][q] zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  for (let k = 0; k < a.length; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]]
  for (let k = 0; k < a.length; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]]
  for (const row of vectors) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]]
}
