/**
 * Packed rows of a table, by number. A recurrent layer multiplies each row of a small table once, where packed values
 * would be multiplied token by token: a text of characters has many tokens and few different ones.
 */
import { isLinked } from '../devices/wasm/linked-kernels.ts'
import { linkInputTables } from '../devices/wasm/recurrent/input-table.ts'
import { checkedIndices } from '../tensor/embedding.ts'
import { embedding, type Tensor } from '../tensor/index.ts'
import { Packed } from './packed.ts'
import type { PackedOrder } from './packing.ts'

linkInputTables()

/** What a recurrent layer takes in place of `Packed`. */
export interface TableRows {
  /** [V, I]. */
  readonly table: Tensor
  /** The row of each packed token, [tokens]. */
  readonly indices: Int32Array
  readonly packing: PackedOrder
}

/**
 * The rows of a table as a recurrent layer takes them; looked up here where the table is not the smaller one, or takes
 * gradients row by row.
 *
 * @param ids  In packed order, [tokens].
 * @throws {OptionError} an id is not the number of a row.
 */
export function tableRows(table: Tensor, ids: Int32Array, packing: PackedOrder): Packed | TableRows {
  const isSmall = table.shape[0] < packing.tokens
  if (!isSmall || table.takesRowGradients || !isLinked('inputTable')) return new Packed(embedding(ids, table), packing)
  return { table, indices: checkedIndices('tableRows', 'id', ids, table.shape[0]), packing }
}
