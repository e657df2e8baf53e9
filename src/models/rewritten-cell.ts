/**
 * A cell rewritten by what a model's options change of it.
 */
import type { Cell } from '../cells/define.ts'
import { OptionError } from '../errors/errors.ts'
import { activationNamed } from '../formula/activations.ts'
import { isGate, recurrentDropout, withActivations, zoneout } from '../formula/rewrites.ts'
import type { CellSettings } from './cell-settings.ts'

/** @throws {OptionError} it cannot be rewritten so. */
export function rewrittenCell(cell: Cell, settings: CellSettings): Cell {
  let made = cell
  const { activation, gateActivation } = settings
  if (activation || gateActivation) {
    if (gateActivation) requireGates(cell)
    made = withActivations(made, {
      ...(gateActivation && { gate: activationNamed(gateActivation) }),
      ...(activation && { other: activationNamed(activation) }),
    })
  }
  if (settings.recurrentDropout > 0) made = recurrentDropout(made, settings.recurrentDropout)
  if (settings.zoneout > 0) made = zoneout(made, settings.zoneout)
  return made
}

/** Without one the option would do nothing. */
function requireGates({ name, quantities }: Cell): void {
  if (Object.values(quantities).some(isGate)) return
  throw new OptionError(
    `gateActivation: expected a cell with gates, got ${name}, which has none. Leave it out, or take another cell.`,
  )
}
