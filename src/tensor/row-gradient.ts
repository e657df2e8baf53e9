/**
 * Gradients of tables of which a batch uses some rows only: these rows, instead of a matrix that is zero elsewhere.
 *
 * A table takes them when its owner asked for it (`takesRowGradients`), an optimizer that leaves other rows alone. A
 * row's gradient has the same bits as in the dense one: contributions are added token by token.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { borrow, giveBack, Memory } from './memory.ts'
import { Tensor } from './tensor.ts'

/** Whether what reaches this leaf goes into `rowGradient`. */
export const takesRows = (leaf: Tensor): boolean => leaf.takesRowGradients && leaf.origin === null

/**
 * Adds rows to a leaf's gradient: source[n] to row indices[n], n ascending.
 *
 * @param source  Read only.
 */
export function addRows(leaf: Tensor, source: Matrix, indices: Int32Array): void {
  const { device } = leaf
  if (leaf.gradient) {
    device.scatterAddRows(leaf.gradient.matrix, source, indices)
    return
  }
  const before = leaf.rowGradient
  const rows = union(before?.rows ?? new Int32Array(0), indices)
  const sum = borrow(device, rows.length, source.columns)
  if (before) device.scatterAddRows(sum, before.values.matrix, placesIn(rows, before.rows))
  device.scatterAddRows(sum, source, placesIn(rows, indices))
  endRows(leaf)
  // It lives as long as the leaf, not only until the end of the step.
  const memory = new Memory(device, sum, leaf.memory.arena)
  leaf.rowGradient = { rows, values: new Tensor(memory, [rows.length, source.columns]) }
}

/** Makes one dense gradient of both, where other operations contribute to the table as well. */
export function joinRows(leaf: Tensor): void {
  if (!leaf.rowGradient || !leaf.gradient) return
  const { rows, values } = leaf.rowGradient
  leaf.device.scatterAddRows(leaf.gradient.matrix, values.matrix, rows)
  endRows(leaf)
}

/** Makes a dense gradient of them, for who knows no other. */
export function spreadRows(leaf: Tensor): void {
  const { device, matrix, rowGradient } = leaf
  if (!rowGradient) return
  leaf.gradient = new Tensor(
    new Memory(device, borrow(device, matrix.rows, matrix.columns), leaf.memory.arena),
    leaf.shape,
  )
  joinRows(leaf)
}

/** Forgets them and gives their memory back. */
export function endRows(leaf: Tensor): void {
  leaf.rowGradient?.values.memory.release('that zeroGradients has ended. Copy a gradient with toArray() before.')
  leaf.rowGradient = null
}

/**
 * Runs a body on copies of some rows of matrices as wide, and writes the copies back.
 *
 * @param rows  Each at most once.
 */
export function onRows(
  device: Device,
  matrices: readonly Matrix[],
  rows: Int32Array,
  body: (parts: readonly Matrix[]) => void,
): void {
  const parts = matrices.map(matrix => {
    const part = borrow(device, rows.length, matrix.columns)
    device.gatherRows(part, matrix, rows)
    return part
  })
  body(parts)
  parts.forEach((part, k) => {
    device.putRows(matrices[k], part, rows)
    giveBack(device, part)
  })
}

/** Numbers in both or one of them, ascending, each once. */
function union(a: Int32Array, b: Int32Array): Int32Array {
  const all = new Int32Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  all.sort()
  let count = 0
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i]
  return all.slice(0, count)
}

/** Where each number stands in the sorted ones, which hold it. */
function placesIn(sorted: Int32Array, numbers: Int32Array): Int32Array {
  return numbers.map(number => {
    let [low, high] = [0, sorted.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] < number) low = middle + 1
      else high = middle
    }
    return low
  })
}
