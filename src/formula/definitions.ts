/** A cell's equations one by one, in an order in which they can be computed. */
import type { Equations } from './equations.ts'
import { type Expression, topological } from './expression.ts'

/** One equation: a quantity's, or a state's next value. */
export interface Definition {
  /** Of the quantity or the state. */
  readonly name: string
  readonly isState: boolean
  readonly expression: Expression
  /** Names of the equations whose value stands in this one, of the same time step. */
  readonly uses: readonly string[]
}

/**
 * Each equation after those that it uses; of those that are ready, the one that comes first in `wanted`, else the first
 * that was defined, quantities before states.
 *
 * Of two names for one expression the second one uses the first (rnn: h_t is the candidate).
 */
export function definitionsOf({ quantities, state }: Equations, wanted: readonly string[] = []): Definition[] {
  const all = [
    ...Object.entries(quantities).map(([name, expression]) => ({ name, isState: false, expression })),
    ...Object.entries(state).map(([name, expression]) => ({ name, isState: true, expression })),
  ]
  const owners = new Map<Expression, string>()
  for (const { expression, name } of all) {
    if (expression.op !== 'previous' && !owners.has(expression)) owners.set(expression, name)
  }
  const waiting = all.map(definition => ({ ...definition, uses: usedBy(definition, owners) }))
  const place = (name: string) => (wanted.includes(name) ? wanted.indexOf(name) : wanted.length)
  waiting.sort((a, b) => place(a.name) - place(b.name))
  const ordered: Definition[] = []
  while (waiting.length > 0) {
    const isReady = ({ name, uses }: Definition) => !waiting.some(w => w.name !== name && uses.includes(w.name))
    ordered.push(...waiting.splice(Math.max(0, waiting.findIndex(isReady)), 1))
  }
  return ordered
}

function usedBy(
  { name, expression }: { readonly name: string; readonly expression: Expression },
  owners: ReadonlyMap<Expression, string>,
): string[] {
  const owner = owners.get(expression)
  if (owner !== undefined && owner !== name) return [owner]
  const isKnown = (e: Expression) => e !== expression && owners.has(e)
  const seen = topological([expression], isKnown).flatMap(e => e.args.map(a => owners.get(a)))
  return [...new Set(seen.filter((used): used is string => used !== undefined && used !== name))]
}
