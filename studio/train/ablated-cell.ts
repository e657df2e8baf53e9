/** The cell of a contender, from its equations. */
import type { Cell } from '../../src/cells/define.ts'
import { cellNamed } from '../../src/cells/registry.ts'
import { activationNamed } from '../../src/formula/activations.ts'
import { activation, clamp, without } from '../../src/formula/rewrites.ts'
import { type Ablation, type Contender, keyOf } from './contenders.ts'

export function cellOf(contender: Contender): Cell {
  const cell = cellNamed(contender.cell)
  if (contender.ablation === null) return cell
  return { ...ablated(cell, contender.ablation), name: keyOf(contender) }
}

function ablated(cell: Cell, { quantity, change }: Ablation): Cell {
  switch (change) {
    case 'without':
      return without(cell, quantity)
    case 'relu':
      return activation(cell, quantity, activationNamed(change))
    default:
      return clamp(cell, quantity, Number(change))
  }
}
