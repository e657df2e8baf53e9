/**
 * Expressions as plain text: what a person would write, named quantities by their names.
 */

import type { Equations } from './equations.ts'
import { type Expression, topological } from './expression.ts'
import { operations } from './operations.ts'

const precedence: Readonly<Record<string, number>> = { add: 1, sub: 1, mul: 2, div: 2, neg: 3 }
/** Longer text is cut: shared parts can make it grow without bound. */
const MOST_CHARACTERS = 2000

/**
 * @param names  Expressions that have a name of their own; they are printed by it.
 * @returns      For instance `forgetGate * c[t-1] + inputGate * candidate`.
 */
export function print(expression: Expression, names: ReadonlyMap<Expression, string> = new Map()): string {
  const texts = new Map<Expression, string>(names)
  for (const e of topological([expression], node => names.has(node))) {
    const text = printNode(e, (a, level) => {
      const inner = texts.get(a) as string
      return !names.has(a) && (precedence[a.op] ?? 9) < level ? `(${inner})` : inner
    })
    texts.set(e, text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text)
  }
  return texts.get(expression) as string
}

function printNode(e: Expression, inner: (a: Expression, level: number) => string): string {
  const operation = operations[e.op]
  if (!operation) return printLeaf(e, inner)
  const [a, b] = e.args as [Expression, Expression]
  const level = precedence[e.op]
  if (operation.sign && level) {
    return `${inner(a, level)} ${operation.sign} ${inner(b, e.op === 'sub' || e.op === 'div' ? level + 1 : level)}`
  }
  if (e.op === 'neg') return `-${inner(a, 3)}`
  return `${e.op}(${e.args.map(x => inner(x, 0)).join(', ')})`
}

function printLeaf(e: Expression, inner: (a: Expression, level: number) => string): string {
  switch (e.op) {
    case 'constant':
      return String(e.value)
    case 'previous':
      return `${e.name}[t-1]`
    case 'input':
      return `(W_${e.name} x + b_${e.name})`
    case 'recurrent': {
      const of = e.args[0] as Expression
      return `(U_${e.name} ${of.op === 'previous' ? inner(of, 0) : `(${inner(of, 0)})`} + b'_${e.name})`
    }
    default:
      return String(e.name)
  }
}

/** One line for each quantity and state: `forgetGate = sigmoid(…)`, in the order of definition. */
export function printEquations(equations: Equations): string[] {
  const lines: string[] = []
  const names = new Map<Expression, string>()
  const line = (name: string, e: Expression) => {
    names.delete(e)
    lines.push(`${name} = ${print(e, names)}`)
    names.set(e, name)
  }
  for (const [name, e] of Object.entries(equations.quantities)) line(name, e)
  // A state that another one reads in the same step comes first: c before h in the LSTM.
  const states = Object.entries(equations.state).map(([name, e]) => ({ name, e, below: topological([e]) }))
  const isReadBy = (e: Expression, below: readonly Expression[]) => below.includes(e) && below[below.length - 1] !== e
  states.sort((a, b) => Number(isReadBy(b.e, a.below)) - Number(isReadBy(a.e, b.below)))
  for (const { name, e } of states) line(`${name}[t]`, e)
  return lines
}
