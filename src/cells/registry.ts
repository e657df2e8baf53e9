/**
 * The built-in cells by name. A cell that is not here is a cell all the same; this list serves `--cell NAME` and the
 * tests, which go through all of it.
 */

import type { Cell } from './define.ts'
import { gru } from './gru.ts'
import { gruLayerNorm } from './gru-layer-norm.ts'
import { gruResetBefore } from './gru-reset-before.ts'
import { irnn } from './irnn.ts'
import { lstm } from './lstm.ts'
import { lstmCoupled } from './lstm-coupled.ts'
import { lstmLayerNorm } from './lstm-layer-norm.ts'
import { lstmPeephole } from './lstm-peephole.ts'
import { lstmProjection } from './lstm-projection.ts'
import { noSuchCell } from './names.ts'
import { rnn, rnnRelu } from './rnn.ts'

export const cells: Readonly<Record<string, Cell>> = Object.fromEntries(
  [
    rnn,
    rnnRelu,
    irnn,
    lstm,
    lstmPeephole,
    lstmCoupled,
    lstmProjection,
    lstmLayerNorm,
    gru,
    gruResetBefore,
    gruLayerNorm,
  ].map(cell => [cell.name, cell]),
)

/** @throws {OptionError} there is no built-in cell of this name. */
export function cellNamed(name: string): Cell {
  if (Object.hasOwn(cells, name)) return cells[name] as Cell
  throw noSuchCell(name)
}
