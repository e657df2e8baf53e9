/**
 * A cell rewritten by what a model's options change of it.
 */
import type { Cell } from '../cells/define.ts'
import { OptionError } from '../errors/errors.ts'
import { activationNamed } from '../formula/activations.ts'
import { isGate, recurrentDropout, withActivations, zoneout } from '../formula/rewrites.ts'
import { gateBlocks } from '../layers/first-weights.ts'
import type { CellSettings } from './cell-settings.ts'

/** @throws {OptionError} it cannot be rewritten so, or has no gate that would begin as the settings say. */
export function rewrittenCell(cell: Cell, settings: CellSettings): Cell {
  let made = cell
  const { activation, gateActivation } = settings
  requireGatesToBegin(cell, settings)
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

/** First biases are those of gates that a cell names; on another one the options would do nothing. */
function requireGatesToBegin(cell: Cell, { forgetBias, initialization }: CellSettings): void {
  const advice = 'Leave it out, or take another cell.'
  const gates = [...gateBlocks(cell).values()]
  if (initialization === 'chrono' && gates.length === 0) {
    throw new OptionError(
      'initialization: expected a cell with gates of their own (forgetGate, inputGate, updateGate) for chrono, ' +
        `got ${cell.name}, which has none. ${advice}`,
    )
  }
  if (forgetBias === 1) return
  if (!gates.includes('forgetGate')) {
    throw new OptionError(
      `forgetBias: expected a cell with a forgetGate of its own, got ${cell.name}, which has none. ${advice}`,
    )
  }
  if (initialization === 'chrono') {
    throw new OptionError(
      `forgetBias: expected none beside chrono, which draws that bias, got ${forgetBias}. Leave one of them out.`,
    )
  }
}
