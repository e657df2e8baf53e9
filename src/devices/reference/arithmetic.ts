/**
 * Products, point-wise programs, sums and probabilities, by the plainest loops. [rows, columns] as `device.ts` states.
 */
import type { Expression } from '../../formula/expression.ts'
import { interpret, type Value } from '../../formula/interpret.ts'
import type { Program } from '../../formula/program.ts'
import type { Matrix, PointwiseArguments, ProductOptions } from '../device.ts'
import { eachRow, own, rowOf, rowsOf } from './reference-matrix.ts'

/** c[i, j] = start + Σ_k a[i, k] · b[k, j], k ascending; the start is 0, the bias or what stands in c. */
export function product(c: Matrix, a: Matrix, b: Matrix, options: ProductOptions = {}): void {
  const { transposeA = false, transposeB = false, accumulate = false, bias } = options
  const [left, right] = [rowsOf(a), rowsOf(b)]
  const terms = transposeA ? a.rows : a.columns
  const biasRow = bias ? rowOf(own(bias), 0) : null
  eachRow(c, (row, i) => {
    for (let j = 0; j < row.length; j++) {
      let sum = accumulate ? row[j] : 0
      if (biasRow) sum += biasRow[j]
      for (let k = 0; k < terms; k++) {
        const x = transposeA ? left[k][i] : left[i][k]
        const y = transposeB ? right[j][k] : right[k][j]
        sum += x * y
      }
      row[j] = sum
    }
  })
}

/** Every row through the interpreter; all outputs of a row are computed before one of them is written. */
export function pointwise(program: Program, args: PointwiseArguments): void {
  const inputs = args.inputs.map(own)
  const outputs = args.outputs.map(own)
  const roots = program.outputs.map(output => output.value)
  const [{ rows, columns }] = outputs
  for (let r = 0; r < rows; r++) {
    const leaf = (e: Expression): Value => {
      if (e.op === 'scalar') return args.scalars?.[program.scalars.indexOf(e.name as string)] as number
      const k = program.inputs.findIndex(input => e.op === 'variable' && input.name === e.name)
      if (k < 0) throw new Error(`internal: a point-wise program has no input for the leaf ${e.op} ${e.name ?? ''}`)
      const row = rowOf(inputs[k], inputs[k].rows === 1 ? 0 : r)
      return program.inputs[k].kind === 'column' ? row[0] : row
    }
    const values = interpret(roots, leaf, columns)
    program.outputs.forEach(({ accumulate = false }, k) => {
      const target = rowOf(outputs[k], r)
      for (let c = 0; c < columns; c++) target[c] = accumulate ? target[c] + values[k][c] : values[k][c]
    })
  }
}

export function reduceRows(target: Matrix, source: Matrix, how: 'sum' | 'max'): void {
  const result = own(target)
  eachRow(source, (row, r) => {
    rowOf(result, r)[0] = how === 'sum' ? row.reduce((sum, x) => sum + x, 0) : row.reduce((a, b) => Math.max(a, b))
  })
}

export function sumColumns(target: Matrix, source: Matrix, accumulate: boolean): void {
  const sum = rowOf(own(target), 0)
  if (!accumulate) sum.fill(0)
  eachRow(source, row => {
    for (let c = 0; c < row.length; c++) sum[c] += row[c]
  })
}

export function sumOfSquares(source: Matrix): number {
  let sum = 0
  eachRow(source, row => {
    for (const x of row) sum += x * x
  })
  return sum
}

export function softmax(target: Matrix, source: Matrix): void {
  const to = own(target)
  eachRow(source, (row, r) => {
    const largest = Math.max(...row)
    const powers = row.map(x => Math.exp(x - largest))
    const sum = powers.reduce((a, b) => a + b, 0)
    rowOf(to, r).set(powers.map(p => p / sum))
  })
}

/** losses[r] = log Σ_c exp logits[r, c] − logits[r, label], the largest logit taken out first. */
export function softmaxCrossEntropy(losses: Matrix, logits: Matrix, labels: Int32Array, gradient?: Matrix): void {
  const lossColumn = own(losses)
  eachRow(logits, (row, r) => {
    const largest = Math.max(...row)
    const sum = row.reduce((total, x) => total + Math.exp(x - largest), 0)
    rowOf(lossColumn, r)[0] = Math.log(sum) + largest - row[labels[r]]
    if (!gradient) return
    const out = rowOf(own(gradient), r)
    out.set(row.map((x, c) => Math.exp(x - largest) / sum - (c === labels[r] ? 1 : 0)))
  })
}
