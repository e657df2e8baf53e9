/**
 * Paragraphs with formulas in them: `$lstm:c$` is an equation of a cell as its source has it, `$C_{t−1}$` a sign with
 * its index. Neither is written by hand a second time.
 */
import { signal } from '@preact/signals'
import type { ComponentChild } from 'preact'
import { useEffect } from 'preact/hooks'
import { definitionsOf } from '../../src/formula/definitions.ts'
import { type Equations, rootsOf } from '../../src/formula/equations.ts'
import { topological } from '../../src/formula/expression.ts'
import { identifier, indexed, type MathNode, numeral, stepBefore } from '../../src/formula/mathml.ts'
import { Formula } from '../parts/formula/math.tsx'
import { symbolic } from '../parts/formula/numbered.ts'
import { workshop } from './state.ts'

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
  text.split('$').map((part, k) => (k % 2 === 0 ? part : <Written key={k} source={part} />))

function Written({ source }: { source: string }) {
  const [cell, equation] = source.split(':')
  return equation === undefined ? <Formula node={signed(source)} /> : <Equation cell={cell} equation={equation} />
}

/** From the worker, so that the page need not bring the cells along. */
const known = signal<Readonly<Record<string, Equations>>>({})
const asked = new Set<string>()

async function fetchCell(name: string): Promise<void> {
  if (asked.has(name)) return
  asked.add(name)
  const equations = await workshop().cell({ name })
  known.value = { ...known.value, [name]: equations }
}

/** A cell's equation. A state that is a quantity too stands for what that one says. */
export function Equation({ cell: name, equation }: { cell: string; equation: string }) {
  useEffect(() => void fetchCell(name), [name])
  const cell = known.value[name]
  if (!cell) return null
  const all = definitionsOf(cell)
  const found = all.find(d => d.name === equation)
  if (!found) throw new Error(`internal: the cell ${name} has no equation ${equation}`)
  const definitions = all.filter(d => d === found || d.expression !== found.expression)
  return <Formula node={symbolic(found, { cell, nodes: topological(rootsOf(cell)), definitions })} />
}

function signed(source: string): MathNode {
  const [letter, index] = source.split('_')
  if (index === undefined) return identifier(letter)
  if (index === '{t−1}') return indexed(identifier(letter), ...stepBefore)
  return indexed(identifier(letter), /^\d+$/.test(index) ? numeral(index) : identifier(index))
}
