/**
 * Rewrites: a cell with one named quantity changed. The result is again a system of equations, so an altered cell has
 * its gradient, its kernels and its place in a model file like any other.
 */
import { OptionError } from '../errors/errors.ts'
import { type Equations, pruned, quantityOf, rootsOf } from './equations.ts'
import { add, constant, type Expression, mask, mul, previous, sub, topological } from './expression.ts'
import { operations } from './operations.ts'
import { mapped } from './without-masks.ts'

/**
 * The quantity's outermost function exchanged: `activation(lstm, 'forgetGate', relu)`.
 *
 * @throws {OptionError} no such quantity, or its outermost operation has not one argument.
 */
export function activation<E extends Equations>(cell: E, quantity: string, f: (x: Expression) => Expression): E {
  const old = quantityOf(cell, quantity, 'activation')
  if (operations[old.op]?.arity !== 1) {
    throw new OptionError(
      `activation: expected a quantity whose outermost operation is a function of one value, got ${quantity} = ` +
        `${old.op}(…). Use replace to change its value.`,
    )
  }
  return exchange(cell, old, f(old.args[0] as Expression))
}

/**
 * The quantity's value mapped: `replace(lstm, 'forgetGate', f => mul(f, 0.9))`.
 *
 * @throws {OptionError} no such quantity.
 */
export function replace<E extends Equations>(cell: E, quantity: string, map: (q: Expression) => Expression): E {
  const old = quantityOf(cell, quantity, 'replace')
  return exchange(cell, old, map(old))
}

/**
 * The quantity set to a number, all weights kept, so that a trained model can be run with it. In training the weights
 * of a clamped gate get no gradient.
 *
 * @throws {OptionError} no such quantity.
 */
export function clamp<E extends Equations>(cell: E, quantity: string, value: number): E {
  return exchange(cell, quantityOf(cell, quantity, 'clamp'), constant(value))
}

/** The quantity at 1 and the weights that only it used gone, for training. @throws {OptionError} no such quantity. */
export function without<E extends Equations>(cell: E, quantity: string): E {
  const old = quantityOf(cell, quantity, 'without')
  const { [quantity]: _gone, ...quantities } = cell.quantities
  return pruned(exchange({ ...cell, quantities }, old, constant(1)))
}

/** Every use of `old` made a use of `fresh`; inside `fresh`, `old` stays. */
function exchange<E extends Equations>(cell: E, old: Expression, fresh: Expression): E {
  const done = new Map<Expression, Expression>([[old, fresh]])
  for (const e of topological(rootsOf(cell), node => node === old)) {
    const args = e.args.map(a => done.get(a) ?? a)
    done.set(e, args.every((a, i) => a === e.args[i]) ? e : { ...e, args })
  }
  const map = (record: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(record).map(([name, e]) => [name, done.get(e) ?? e]))
  return { ...cell, state: map(cell.state), quantities: map(cell.quantities) }
}

/** Whether a quantity is a gate: its outermost function is sigmoid. */
export const isGate = ({ op }: Expression): boolean => op === 'sigmoid'

/**
 * Other functions for all gates (quantities whose outermost function is sigmoid) or for all other named quantities that
 * are a function of one value.
 */
export function withActivations<E extends Equations>(
  cell: E,
  { gate, other }: { readonly gate?: (x: Expression) => Expression; readonly other?: (x: Expression) => Expression },
): E {
  return Object.keys(cell.quantities).reduce((made, name) => {
    const quantity = made.quantities[name] as Expression
    const f = isGate(quantity) ? gate : operations[quantity.op]?.arity === 1 ? other : undefined
    return f ? activation(made, name, f) : made
  }, cell)
}

/**
 * Dropout on the recurrent connection (Gal & Ghahramani 2016): the products see h_{t-1} through one mask for all steps
 * of a sequence.
 *
 * @throws {OptionError} the products see a projected state.
 */
export function recurrentDropout<E extends Equations>(cell: E, rate: number): E {
  const seen = new Set(
    topological(rootsOf(cell)).flatMap(e =>
      e.op === 'recurrent' && isState(e.args[0]) ? [e.args[0] as Expression] : [],
    ),
  )
  const projected = [...seen].find(e => cell.state[e.name as string]?.op === 'project')
  if (projected) {
    throw new OptionError(
      'recurrentDropout: expected recurrent weights that meet a state of hiddenSize, got the projected ' +
        `${projected.name}. Use weight drop or dropout between layers.`,
    )
  }
  const dropped = new Map<string, Expression>()
  const through = (state: Expression) => {
    const name = state.name as string
    const made = dropped.get(name) ?? mul(mask(`recurrent_${name}`, rate, 'sequence'), state)
    dropped.set(name, made)
    return made
  }
  return mapped(cell, e =>
    e.op === 'recurrent' && isState(e.args[0]) ? { ...e, args: [through(e.args[0] as Expression)] } : e,
  )
}

/**
 * Zoneout (Krueger et al. 2017): at each step some units keep their state; when predicting, each moves by the share
 * that would have moved on average. Projected states are left as they are.
 *
 *   s_t = s_{t-1} + m (1 − rate) ⊙ (s'_t − s_{t-1}),   m (1 − rate) is 0 or 1 in training, 1 − rate when predicting
 */
export function zoneout<E extends Equations>(cell: E, rate: number): E {
  const zoned = Object.entries(cell.state).map(([name, next]) => {
    if (next.op === 'project') return [name, next]
    const moved = mul(mul(mask(`zone_${name}`, rate, 'step'), 1 - rate), sub(next, previous(name)))
    return [name, add(previous(name), moved)]
  })
  return { ...cell, state: Object.fromEntries(zoned) }
}

const isState = (e: Expression | undefined): boolean => e?.op === 'previous'
