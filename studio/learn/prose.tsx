/**
 * Paragraphs with formulas in them: `$lstm:c$` is an equation of a cell as its source has it, `$C_{t−1}$` a sign with its
 * index. Neither is written by hand a second time.
 */
import type { ComponentChild } from 'preact'
import { cells } from '../../src/cells/registry.ts'
import { definitionsOf } from '../../src/formula/definitions.ts'
import { rootsOf } from '../../src/formula/equations.ts'
import { topological } from '../../src/formula/expression.ts'
import { identifier, indexed, type MathNode, numeral, stepBefore } from '../../src/formula/mathml.ts'
import { Formula } from '../parts/formula/math.tsx'
import { symbolic } from '../parts/formula/numbered.ts'

export const Prose = ({ children }: { children: readonly string[] }) => (
  <>
    {children.map(paragraph => (
      <p key={paragraph} class="prose">
        {withFormulas(paragraph)}
      </p>
    ))}
  </>
)

const withFormulas = (text: string): ComponentChild[] =>
  text.split('$').map((part, k) => (k % 2 === 0 ? part : <Formula key={k} node={formulaOf(part)} />))

function formulaOf(source: string): MathNode {
  const [name, equation] = source.split(':')
  return equation === undefined ? signed(source) : equationOf(name, equation)
}

/** A state that is a quantity too stands for what that one says. */
export function equationOf(name: string, equation: string): MathNode {
  const cell = cells[name]
  const all = definitionsOf(cell)
  const found = all.find(d => d.name === equation)
  if (!found) throw new Error(`internal: the cell ${name} has no equation ${equation}`)
  const definitions = all.filter(d => d === found || d.expression !== found.expression)
  return symbolic(found, { cell, nodes: topological(rootsOf(cell)), definitions })
}

function signed(source: string): MathNode {
  const [letter, index] = source.split('_')
  if (index === undefined) return identifier(letter)
  if (index === '{t−1}') return indexed(identifier(letter), ...stepBefore)
  return indexed(identifier(letter), /^\d+$/.test(index) ? numeral(index) : identifier(index))
}
