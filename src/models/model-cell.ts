/**
 * The cell that a model's options ask for: a built-in or own one, rewritten by what they change of it.
 */
import type { Cell } from '../cells/define.ts'
import { cellNamed } from '../cells/registry.ts'
import type { CellSettings } from './cell-settings.ts'
import { rewrittenCell } from './rewritten-cell.ts'

/** @throws {OptionError} there is no such cell, it cannot be rewritten so, or it lacks the gates that these need. */
export const modelCell = (cell: string | Cell, settings: CellSettings): Cell =>
  rewrittenCell(typeof cell === 'string' ? cellNamed(cell) : cell, settings)
