/**
 * Expressions as plain text: what a person would write, named quantities by their names.
 */

import type { Equations } from './equations.ts'
import { type Expression, topological } from './expression.ts'
import { operations } from './operations.ts'

/** How strongly a node holds its parts together; what is looser than its place asks for stands in parentheses. */
const SUM = 1
const PRODUCT = 2
const SIGN = 3
const ATOM = 4
const strengths = new Map(
  Object.entries({ add: SUM, sub: SUM, input: SUM, recurrent: SUM, mul: PRODUCT, div: PRODUCT, neg: SIGN }),
)

/** Longer text is cut: shared parts can make it grow without bound. */
const MOST_CHARACTERS = 2000

/**
 * @param names  Expressions that have a name of their own; they are printed by it.
 * @returns      For instance `forgetGate * c[t-1] + inputGate * candidate`; a text beyond 2000 characters is cut.
 */
export function print(expression: Expression, names: ReadonlyMap<Expression, string> = new Map()): string {
  const texts = new Map<Expression, string>(names)
  const strengthOf = (e: Expression) => {
    if (names.has(e)) return ATOM
    return e.op === 'constant' && (e.value as number) < 0 ? SIGN : (strengths.get(e.op) ?? ATOM)
  }
  const inner = (e: Expression, least: number) =>
    strengthOf(e) < least ? `(${texts.get(e)})` : (texts.get(e) as string)
  for (const e of topological([expression], node => names.has(node))) {
    const text = printNode(e, inner)
    texts.set(e, text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text)
  }
  return texts.get(expression) as string
}

type Inner = (e: Expression, least: number) => string

function printNode(e: Expression, inner: Inner): string {
  const operation = operations[e.op]
  if (!operation) return printLeaf(e, inner)
  const [a, b] = e.args as [Expression, Expression]
  if (e.op === 'neg') return `-${inner(a, ATOM)}`
  if (!operation.sign) return `${e.op}(${e.args.map(x => inner(x, 0)).join(', ')})`
  const own = strengths.get(e.op) ?? ATOM
  // a - (b + c) and a / (b * c) need what a + b + c does not; two signs never stand side by side.
  const isSigned = b.op === 'neg' || (b.op === 'constant' && (b.value as number) < 0)
  const least = isSigned ? ATOM : own + Number(e.op === 'sub' || e.op === 'div')
  return `${inner(a, own)} ${operation.sign} ${inner(b, least)}`
}

function printLeaf(e: Expression, inner: Inner): string {
  switch (e.op) {
    case 'constant':
      return String(e.value)
    case 'previous':
      return `${e.name}[t-1]`
    case 'input':
      return `W_${e.name} x[t] + b_${e.name}`
    case 'recurrent':
      return `U_${e.name} ${inner(e.args[0] as Expression, ATOM)} + b'_${e.name}`
    default:
      return String(e.name)
  }
}

/**
 * One line for each quantity, in the order of definition, then for each state; a state that another one reads in the
 * same step comes first.
 *
 *     candidate = tanh(W_h x[t] + b_h + U_h h[t-1] + b'_h)
 *     h[t] = candidate
 */
export function printEquations({ quantities, state }: Equations): string[] {
  const place = new Map(topological(Object.values(state)).map((e, k) => [e, k]))
  const states = Object.entries(state)
    .map(([name, e]) => ({ name: `${name}[t]`, e, place: place.get(e) as number }))
    .toSorted((a, b) => a.place - b.place)
  const definitions = [...Object.entries(quantities).map(([name, e]) => ({ name, e })), ...states]
  const names = new Map<Expression, string>()
  for (const { name, e } of definitions) if (!names.has(e) && e.op !== 'previous') names.set(e, name)
  return definitions.map(({ name, e }) => {
    if (names.get(e) !== name) return `${name} = ${print(e, names)}`
    const others = new Map(names)
    others.delete(e)
    return `${name} = ${print(e, others)}`
  })
}
