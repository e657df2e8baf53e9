/**
 * Defining a cell: its equations written once, as the course writes them; all else is derived (`formula/stages.ts`).
 */
import { OptionError } from '../errors/errors.ts'
import { type Block, type Equations, rootsOf } from '../formula/equations.ts'
import * as formula from '../formula/expression.ts'
import { type Expression, topological } from '../formula/expression.ts'

/** A cell: equations with a name. */
export interface Cell extends Equations {
  readonly name: string
}

/** What the equations are written with. Each call of `affine`, `input` or `recurrent` for one block means one weight. */
export interface CellBuilder {
  /** W x_t + b_ih + U h_{t-1} + b_hh of a block; with `of`, U times that quantity instead of h_{t-1}. */
  affine(block: string, of?: Expression): Expression
  /** W x_t + b_ih alone. */
  input(block: string): Expression
  /** U h_{t-1} + b_hh alone; with `of`, U times that quantity. */
  recurrent(block: string, of?: Expression): Expression
  /** A state one time step before. */
  previous(state: string): Expression
  /** A vector of the cell's own, [H] (a peephole). */
  parameter(name: string): Expression
}

export interface CellDefinition {
  /** The next value of each state. */
  readonly state: Readonly<Record<string, Expression>>
  /** Named quantities: what can be recorded, drawn and changed. */
  readonly quantities?: Readonly<Record<string, Expression>>
  /** The state that is the layer's output. @default 'h' */
  readonly output?: string
  /** Initial values of states that do not start at zero. */
  readonly first?: Readonly<Record<string, number>>
}

/**
 * Makes a cell from its equations.
 *
 *     const rnn = defineCell('rnn', ({ affine }) => ({ state: { h: tanh(affine('h')) } }))
 *
 * Blocks of weights are stacked in the order in which the function first names them, which for the built-in cells is
 * PyTorch's order.
 *
 * @throws {OptionError} a state is read that is not defined, the output is no state, a block is used with two operands.
 */
export function defineCell(name: string, define: (builder: CellBuilder) => CellDefinition): Cell {
  const blocks = new Map<string, Block>()
  const parameters = new Set<string>()
  const use = (block: string, half: Partial<Block>) => {
    const before = blocks.get(block) ?? { name: block, hasInput: false, hasRecurrent: false }
    blocks.set(block, { ...before, ...half })
  }
  const builder: CellBuilder = {
    affine: (block, of) => formula.add(builder.input(block), builder.recurrent(block, of)),
    input: block => {
      use(block, { hasInput: true })
      return formula.input(block)
    },
    recurrent: (block, of) => {
      use(block, { hasRecurrent: true })
      return formula.recurrent(block, of)
    },
    previous: formula.previous,
    parameter: parameter => {
      parameters.add(parameter)
      return formula.parameter(parameter)
    },
  }
  const { state, quantities = {}, output = 'h', first = {} } = define(builder)
  const cell = { name, state, quantities, output, first, blocks: [...blocks.values()], parameters: [...parameters] }
  const fault = faultOf(cell)
  if (fault) throw new OptionError(`defineCell(${name}): ${fault}`)
  return cell
}

/** What is wrong with a system of equations, or null. Equations from a file go through the same check. */
export function faultOf(cell: Equations): string | null {
  const states = Object.keys(cell.state)
  if (states.length === 0) return 'expected at least one state, got none. Return { state: { h: … } }.'
  if (!states.includes(cell.output)) {
    return `expected the output to be a state (${states.join(', ')}), got "${cell.output}". Name a state in output.`
  }
  const strange = Object.keys(cell.first).find(s => !states.includes(s))
  if (strange !== undefined) return `expected first values for states (${states.join(', ')}), got "${strange}".`
  const nodes = topological(rootsOf(cell))
  const missing = nodes.find(e => e.op === 'previous' && !states.includes(e.name as string))
  if (missing) {
    return `expected previous(…) of a state (${states.join(', ')}), got "${missing.name}". Define it in state.`
  }
  const variable = nodes.find(e => e.op === 'variable' || e.op === 'scalar')
  if (variable)
    return `expected input, recurrent, previous, parameter or constants, got ${variable.op} ${variable.name}.`
  const operands = new Map<string, string>()
  for (const e of nodes) {
    if (e.op !== 'recurrent') continue
    const operand = identity(e.args[0] as Expression, nodes)
    if ((operands.get(e.name as string) ?? operand) !== operand) {
      return `expected one operand for the weights of block "${e.name}", got two. Give each its own block.`
    }
    operands.set(e.name as string, operand)
  }
  return null
}

const identity = (e: Expression, nodes: readonly Expression[]) =>
  e.op === 'previous' ? `previous ${e.name}` : String(nodes.indexOf(e))
