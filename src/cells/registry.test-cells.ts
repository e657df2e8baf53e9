/**
 * Cells for the tests: all built-in ones, and cells of a user's own that reach what the built-in ones do not.
 *
 * Each should be smooth enough for central differences at the tests' points.
 */
import { add, exp, logSigmoid, max, mul, sigmoid, softsign, sub, tanh } from '../formula/expression.ts'
import { activation, clamp, replace, without } from '../formula/rewrites.ts'
import { type Cell, defineCell } from './define.ts'
import { gru } from './gru.ts'
import { gruResetBefore } from './gru-reset-before.ts'
import { lstm } from './lstm.ts'
import { cells } from './registry.ts'

/** Two computed operands, the second made from the first; blocks of one half stand between. */
const chained = defineCell('chained', ({ affine, input, recurrent, previous }) => {
  const first = tanh(affine('a'))
  const second = sigmoid(add(recurrent('b', first), mul(input('e'), 0.5)))
  const third = tanh(add(mul(recurrent('c', mul(first, second)), input('c')), recurrent('d', first)))
  return { state: { h: add(third, mul(second, previous('h'))) }, quantities: { first, second, third } }
})

/** Noise at every step and once a sequence (recurrent dropout, zoneout). */
const noisy = defineCell('noisy', ({ affine, previous, mask }) => {
  const kept = mul(mask('recurrent', { rate: 0.4, per: 'sequence' }), previous('h'))
  const fresh = tanh(affine('h', kept))
  const zone = mul(mask('zone', { rate: 0.3, per: 'step' }), 0.7)
  return { state: { h: add(previous('h'), mul(zone, sub(fresh, previous('h')))) }, quantities: { fresh } }
})

/** A projection whose operand a mean is taken of, and a state that is not projected beside it. */
const projected = defineCell('projected', ({ affine, previous, layerNorm, project }) => {
  const candidate = tanh(layerNorm('norm', affine('g', previous('y'))))
  const c = add(mul(previous('c'), 0.5), candidate)
  return { state: { y: project('out', layerNorm('norm_c', c), 2), c }, quantities: { candidate }, output: 'y' }
})

/** Exponential gates with a stabilising state (Beck et al. 2024, sLSTM), a `first`, and an output that is not h. */
const exponential = defineCell('exponential', ({ affine, previous }) => {
  const logForget = add(logSigmoid(affine('f')), previous('m'))
  const drive = affine('i')
  const m = max(logForget, drive)
  const [keep, write] = [exp(sub(logForget, m)), exp(sub(drive, m))]
  const y = softsign(add(mul(keep, previous('y')), mul(write, tanh(affine('z', previous('y'))))))
  return { state: { m, y, h: sub(m, y) }, quantities: { keep, write }, output: 'y', first: { m: -2, y: 0.5 } }
})

/** Only `input` (Feng et al. 2024, minGRU): no product in its loop. */
export const inputOnly = defineCell('input-only', ({ input, previous }) => {
  const updateGate = sigmoid(input('z'))
  const h = add(mul(sub(1, updateGate), previous('h')), mul(updateGate, input('n')))
  return { state: { h }, quantities: { updateGate } }
})

/** One computed operand for a block with both halves and one with the recurrent half alone. */
const sharedOperand = defineCell('shared-operand', ({ affine, recurrent, previous }) => {
  const operand = tanh(affine('a', previous('s')))
  const h = tanh(add(mul(affine('b', operand), 0.5), mul(recurrent('c', operand), operand)))
  return { state: { h, s: add(mul(previous('h'), 0.5), recurrent('d', h)) }, quantities: { operand } }
})

/** A quantity with weights of its own that no state depends on; linear, and a state that is a copy of another. */
const probed = defineCell('probed', ({ affine, previous }) => {
  const h = affine('h')
  return { state: { h, before: previous('h'), same: h }, quantities: { probe: sigmoid(affine('p')) } }
})

const ownCells: readonly Cell[] = [chained, noisy, projected, exponential, inputOnly, sharedOperand, probed]

const rewrittenCells: readonly Cell[] = [
  { ...clamp(lstm, 'forgetGate', 0.75), name: 'lstm, forget gate clamped' },
  { ...clamp(gruResetBefore, 'resetGate', 1), name: 'gru-reset-before, reset gate clamped' },
  { ...clamp(cells.rnn as Cell, 'candidate', 0.5), name: 'rnn, candidate clamped' },
  { ...without(lstm, 'outputGate'), name: 'lstm without output gate' },
  { ...without(gru, 'resetGate'), name: 'gru without reset gate' },
  { ...activation(lstm, 'candidate', softsign), name: 'lstm, candidate softsign' },
  { ...replace(gru, 'updateGate', z => mul(z, z)), name: 'gru, update gate squared' },
]

/** Every cell by name. */
export const testCells: Readonly<Record<string, Cell>> = Object.fromEntries(
  [...Object.values(cells), ...ownCells, ...rewrittenCells].map(cell => [cell.name, cell]),
)
