/**
 * Defining a cell: its equations written once, as the course writes them; all else is derived (`formula/stages.ts`).
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { Block, Equations } from '../formula/equations.ts'
import type { Expression } from '../formula/expression.ts'
import * as formula from '../formula/expression.ts'
import { faultOf, NAME_CHARACTERS_MAX } from './faults.ts'

/** A cell: equations with a name. */
export interface Cell extends Equations {
  readonly name: string
  /** What its weights begin with unless said otherwise; null: the layer's default. */
  readonly initialization: 'identity' | null
}

/** What the equations are written with. All calls of `affine`, `input` or `recurrent` for one block mean one weight. */
export interface CellBuilder {
  /** W x_t + b_ih + U h_{t-1} + b_hh of a block; with `of`, U times that quantity instead of h_{t-1}. */
  affine(block: string, of?: Expression): Expression
  /** W x_t + b_ih alone. */
  input(block: string): Expression
  /** U h_{t-1} + b_hh alone; with `of`, U times that quantity. */
  recurrent(block: string, of?: Expression): Expression
  /** A state one time step before. */
  previous(state: string): Expression
  /** A vector of the cell's own, [H] (a peephole). @param first  Its first value; random when not given. */
  parameter(name: string, first?: number): Expression
  /**
   * Layer normalization (Ba et al. 2016, eq. 4): (q − mean) / √(variance + 1e−5) ⊙ gain + bias over the row, with the
   * parameters NAME_gain and NAME_bias, 1 and 0 at first. As torch.nn.LayerNorm.
   */
  layerNorm(name: string, q: Expression): Expression
  /** Noise of training: 0 with the probability `rate`, else 1/(1 − rate); 1 when predicting. */
  mask(name: string, options: { readonly rate: number; readonly per: 'step' | 'sequence' }): Expression
  /** W·q without bias, as the whole value of a state. @param width  Of the result; below 1: a share of hiddenSize. */
  project(name: string, q: Expression, width: number): Expression
}

/** What layer normalization adds to the variance, as PyTorch. */
const VARIANCE_FLOOR = 1e-5

export interface CellDefinition {
  /** The next value of each state. */
  readonly state: Readonly<Record<string, Expression>>
  /** Named quantities: what can be recorded, drawn and changed. */
  readonly quantities?: Readonly<Record<string, Expression>>
  /** The state that is the layer's output. @default 'h' */
  readonly output?: string
  /** Initial values of states that do not start at zero. */
  readonly first?: Readonly<Record<string, number>>
  /** What its weights begin with, where the cell makes little sense otherwise. */
  readonly initialization?: 'identity'
}

/**
 * Makes a cell from its equations.
 *
 *     const rnn = defineCell('rnn', ({ affine }) => ({ state: { h: tanh(affine('h')) } }))
 *
 * Blocks of weights are stacked in the order in which the function first names them, which for the built-in cells is
 * PyTorch's order.
 *
 * @throws {OptionError} what `faults.ts` finds: a state that is not defined, a block with two operands, …
 */
export function defineCell(name: string, define: (builder: CellBuilder) => CellDefinition): Cell {
  const blocks = new Map<string, Block>()
  const parameters = new Set<string>()
  const parameterValues: Record<string, number> = {}
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
    parameter: (parameter, first) => {
      parameters.add(parameter)
      if (first !== undefined) parameterValues[parameter] = first
      return formula.parameter(parameter)
    },
    layerNorm: (norm, q) => {
      const centered = formula.sub(q, formula.rowMean(q))
      const variance = formula.rowMean(formula.mul(centered, centered))
      const normal = formula.div(centered, formula.sqrt(formula.add(variance, VARIANCE_FLOOR)))
      const [gain, bias] = [builder.parameter(`${norm}_gain`, 1), builder.parameter(`${norm}_bias`, 0)]
      return formula.add(formula.mul(normal, gain), bias)
    },
    mask: (noise, { rate, per }) => formula.mask(noise, rate, per),
    project: formula.project,
  }
  if (name.length > NAME_CHARACTERS_MAX) {
    throw new OptionError(
      `defineCell: expected a name of at most ${NAME_CHARACTERS_MAX} characters, got ${shown(name)}.`,
    )
  }
  const { state, quantities = {}, output = 'h', first = {}, initialization = null } = define(builder)
  const weights = { blocks: [...blocks.values()], parameters: [...parameters], parameterValues }
  const cell = { name, state, quantities, output, first, initialization, ...weights }
  const fault = faultOf(cell)
  if (fault) throw new OptionError(`defineCell(${name}): ${fault}`)
  return cell
}
