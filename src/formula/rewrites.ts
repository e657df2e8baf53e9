/**
 * Rewrites: a cell with one named quantity changed. The result is again a system of equations, so an altered cell has
 * its gradient, its kernels and its place in a model file like any other.
 */
import { OptionError } from '../errors/errors.ts'
import { type Equations, pruned, quantityOf, rootsOf } from './equations.ts'
import { constant, type Expression, topological } from './expression.ts'
import { operations } from './operations.ts'

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
