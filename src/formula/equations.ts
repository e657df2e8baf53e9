/**
 * The equations of a recurrent cell: a system of named quantities over the input, the state before, and the weights.
 *
 * This is all that there is to a cell. Shapes, gradients, kernels, pictures and the entry in a model file are derived
 * from it; nothing elsewhere asks which cell it is.
 */
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { type Expression, topological } from './expression.ts'

/** A block of weights: hiddenSize rows of weight_ih, of weight_hh, or of both. */
export interface Block {
  readonly name: string
  readonly hasInput: boolean
  readonly hasRecurrent: boolean
}

export interface Equations {
  /** The next value of each state, by name. A state starts at zero, or at `first`. */
  readonly state: Readonly<Record<string, Expression>>
  /** What can be recorded and changed, by name, in the order of definition. */
  readonly quantities: Readonly<Record<string, Expression>>
  /** The layer's output: a state's name. @default 'h' */
  readonly output: string
  /** Initial values of states that do not start at zero. */
  readonly first: Readonly<Record<string, number>>
  /**
   * The weights, in the order in which they are stacked: the order of definition. A block stays here when a rewrite
   * has made it useless (clamp), so that a trained model's weights still fit.
   */
  readonly blocks: readonly Block[]
  /** The cell's own vectors, in the order of definition; they stay likewise. */
  readonly parameters: readonly string[]
  /** First values of parameters that do not begin at random. */
  readonly parameterValues: Readonly<Record<string, number>>
}

/** How many numbers a state has: hiddenSize, or what its projection says. */
export function stateWidth({ state }: Equations, name: string, hiddenSize: number): number {
  const { op, value } = state[name]
  if (op !== 'project') return hiddenSize
  const width = value as number
  return width < 1 ? Math.max(1, Math.round(width * hiddenSize)) : width
}

/** Projections of states by the names of their weights. */
export const projectionsOf = ({ state }: Equations): { name: string; state: string }[] =>
  Object.entries(state).flatMap(([name, e]) => (e.op === 'project' ? [{ name: e.name as string, state: name }] : []))

/** All expressions of a system, states first. */
export const rootsOf = (equations: Equations): Expression[] => [
  ...Object.values(equations.state),
  ...Object.values(equations.quantities),
]

/** @throws {OptionError} no such quantity; `where` begins the message. */
export function quantityOf(cell: Equations, quantity: string, where: string): Expression {
  const found = Object.hasOwn(cell.quantities, quantity) ? cell.quantities[quantity] : undefined
  if (found) return found
  const names = Object.keys(cell.quantities)
  const known = names.join(', ') || 'none'
  const hint = didYouMean(quantity, names)
  throw new OptionError(`${where}: expected one of the cell's quantities (${known}), got "${quantity}".${hint}`)
}

/**
 * The same system, less the blocks and parameters that no state depends on any more, and less the quantities that
 * cannot be computed without those.
 */
export function pruned<E extends Equations>(equations: E): E {
  const used = topological(Object.values(equations.state))
  const names = (op: string) => new Set(used.filter(e => e.op === op).map(e => e.name))
  const weights = new Map(['input', 'recurrent', 'parameter'].map(op => [op, names(op)]))
  const isThere = (op: string, name: string | undefined) => weights.get(op)?.has(name) ?? true
  const quantities = Object.entries(equations.quantities).filter(([, quantity]) =>
    topological([quantity]).every(e => isThere(e.op, e.name)),
  )
  return {
    ...equations,
    quantities: Object.fromEntries(quantities),
    blocks: equations.blocks
      .map(({ name }) => ({ name, hasInput: isThere('input', name), hasRecurrent: isThere('recurrent', name) }))
      .filter(b => b.hasInput || b.hasRecurrent),
    parameters: equations.parameters.filter(p => isThere('parameter', p)),
  }
}
