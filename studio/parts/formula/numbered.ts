/** An equation of a cell twice: with signs, and with one step's numbers of one unit in their places. */
import type { Definition } from '../../../src/formula/definitions.ts'
import type { Equations } from '../../../src/formula/equations.ts'
import type { Expression } from '../../../src/formula/expression.ts'
import {
  identifier,
  indexed,
  type MathNode,
  type MathStyle,
  math,
  mathOf,
  numeral,
  operator,
} from '../../../src/formula/mathml.ts'
import { fixed } from '../numbers.ts'
import { type Of, ofUnits } from '../of-units.ts'
import { signNode, signOf } from './signs.ts'

/** What an equation is printed from. */
export interface Board {
  readonly cell: Equations
  readonly nodes: readonly Expression[]
  readonly definitions: readonly Definition[]
}

export interface BoardNumbers {
  readonly values: readonly ArrayLike<number>[]
  readonly products: readonly (ArrayLike<number> | null)[]
}

/** `f_t = σ(W_f x_t + U_f h_{t−1} + b_f)` */
export function symbolic(definition: Definition, { cell, definitions }: Board): MathNode {
  const owners = new Map<Expression, string>()
  for (const { name, expression } of definitions) {
    if (expression.op !== 'previous' && !owners.has(expression)) owners.set(expression, name)
  }
  const own = owners.get(definition.expression) === definition.name
  const as = (e: Expression): MathNode | undefined => {
    if (e === definition.expression && own) return undefined
    const name = owners.get(e)
    if (name !== undefined) return signNode(signOf(name, cell))
    if (e.op === 'parameter') return parameterNode(e.name as string)
    return e.op === 'previous' ? signNode(signOf(e.name as string, cell), 'before') : undefined
  }
  return math('mrow', signNode(signOf(definition.name, cell)), operator('='), mathOf(definition.expression, { as }))
}

/** `peephole_f` → p with the index f. */
function parameterNode(name: string): MathNode {
  const [, letter, index] = /^(.)[^_]*_(.+)$/.exec(name) ?? []
  return index === undefined ? identifier(name) : indexed(identifier(letter), identifier(index))
}

/**
 * `= σ(0.31 + (−0.42) + 1.00)`, `= 0.71`: the line below the one with signs, in parts between which it may be broken. A
 * mean or a length of many units is no number that an equation holds for: then only the result is there.
 */
export function numbered(
  definition: Definition,
  board: Board,
  numbers: BoardNumbers,
  of: Of,
  unit: number,
): MathNode[] {
  const { nodes, definitions } = board
  const at = (e: Expression): number => ofUnits(numbers.values[nodes.indexOf(e)], of, unit)
  const result = numeral(fixed(at(definition.expression)))
  const comes = math('mrow', operator('='), result)
  if (of !== 'unit' || definition.expression.op === 'project') return [comes]
  const named = new Set(definitions.map(({ expression }) => expression))
  const isOwn = definition.uses.length !== 1 || !sameAsUsed(definition, definitions)
  const product = (leaf: Expression): MathNode =>
    numeral(fixed(ofUnits(numbers.products[nodes.indexOf(leaf)] as ArrayLike<number>, of, unit)))
  const style: MathStyle = {
    times: '·',
    as: e => {
      if (e === definition.expression && isOwn) return undefined
      return named.has(e) || e.op === 'previous' || e.op === 'parameter' ? numeral(fixed(at(e))) : undefined
    },
    product,
    bias: leaves => {
      const sum = leaves.reduce((total, leaf) => {
        const whole = numbers.values[nodes.indexOf(leaf)]
        const alone = numbers.products[nodes.indexOf(leaf)] as ArrayLike<number>
        return total + ofUnits(whole, of, unit) - ofUnits(alone, of, unit)
      }, 0)
      return numeral(fixed(sum))
    },
  }
  const written = mathOf(definition.expression, style)
  return written.tag === 'mn' ? [comes] : [math('mrow', operator('='), written), comes]
}

const sameAsUsed = ({ uses, expression }: Definition, definitions: readonly Definition[]): boolean =>
  definitions.some(d => d.name === uses[0] && d.expression === expression)
