/**
 * Rows by number.
 */
import type { Matrix } from '../devices/device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { rowsOf, withSize } from './layout.ts'
import { borrow } from './memory.ts'
import { addRows, takesRows } from './row-gradient.ts'
import { record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'

/** Whole numbers, each the number of a row or class. */
export type Indices = Int32Array | readonly number[]

/**
 * Looks up the vector of each token.
 *
 *   y_n = table[ids_n]        dtable[v] = Σ_{n: ids_n = v} dy_n, n ascending
 *
 * @param ids    [tokens], each 0 … V − 1.
 * @param table  [V, E].
 * @returns      [tokens, E].
 * @throws {ShapeError}  The table has not two dimensions, or there are no ids.
 * @throws {OptionError} An id is not the number of a row.
 * @see torch.nn.functional.embedding
 */
export function embedding(ids: Indices, table: Tensor): Tensor {
  return rowsByNumber('embedding', table, ids, 'id')
}

/**
 * Takes rows in the order of their numbers; a row may be taken several times or never.
 *
 * @param x        [N, C].
 * @param indices  [M], each 0 … N − 1.
 * @returns        [M, C].
 * @throws {ShapeError}  x has not two dimensions, or there are no indices.
 * @throws {OptionError} An index is not the number of a row.
 * @see torch.index_select along dimension 0
 */
export function takeRows(x: Tensor, indices: Indices): Tensor {
  return rowsByNumber('takeRows', x, indices, 'index')
}

function rowsByNumber(name: string, table: Tensor, numbers: Indices, word: string): Tensor {
  const { device, shape } = table
  if (shape.length !== 2) {
    throw new ShapeError(`${name}: expected a tensor of two dimensions, got ${shown(shape)}. Reshape it to rows.`)
  }
  if (numbers.length === 0) {
    throw new ShapeError(`${name}: expected one ${word} or more, got none. Leave the call out for an empty batch.`)
  }
  const indices = checkedIndices(name, word, numbers, rowsOf(shape))
  const y = allocate(device, withSize(shape, 0, indices.length))
  device.gatherRows(y.matrix, table.matrix, indices)
  record({
    name,
    outputs: [y],
    inputs: [table],
    backward: ([dy]) => {
      if (takesRows(table)) {
        addRows(table, dy as Matrix, indices)
        return [null]
      }
      const dtable = borrow(device, shape[0], shape[1])
      device.scatterAddRows(dtable, dy as Matrix, indices)
      return [dtable]
    },
  })
  return y
}

/**
 * The numbers for a device, a copy.
 *
 * @throws {OptionError} One is not 0 … limit − 1.
 */
export function checkedIndices(where: string, word: string, numbers: Indices, limit: number): Int32Array {
  const indices = Int32Array.from(numbers)
  for (let i = 0; i < indices.length; i++) {
    // Compared with what was given: 1.5 and 2^32 are changed by the conversion.
    if (indices[i] === numbers[i] && indices[i] >= 0 && indices[i] < limit) continue
    throw new OptionError(
      `${where}: expected each ${word} to be a whole number from 0 to ${limit - 1}, ` +
        `got ${shown(numbers[i])} at ${i}. ` +
        'Check where it comes from.',
    )
  }
  return indices
}
