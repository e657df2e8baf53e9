/**
 * A graph: expressions made unique (equal nodes are one object) and simplified as they are made.
 *
 * Sharing makes common sub-expressions computed once, in forward and backward programs alike. The simplifications are
 * those that keep every finite value: x + 0, x · 1, x · 0, constants folded, double negation, x − (−y).
 */
import { constant, type Expression, topological } from './expression.ts'
import { operations } from './operations.ts'

export class Graph {
  readonly #nodes = new Map<string, Expression>()
  readonly #ids = new Map<Expression, number>()
  /** Of expressions from outside, which may share parts with one another. */
  readonly #made = new Map<Expression, Expression>()

  /** The unique, simplified form of an expression built outside. */
  add(expression: Expression): Expression {
    for (const e of topological([expression], node => this.#find(node) !== undefined)) {
      const args = e.args.map(a => this.#find(a) as Expression)
      this.#made.set(e, this.#make(e.op, args, e.name, e.value))
    }
    return this.#find(expression) as Expression
  }

  /** The node that an expression is or was made into. */
  #find(e: Expression): Expression | undefined {
    return this.#ids.has(e) ? e : this.#made.get(e)
  }

  /** A node of this graph with other arguments; those from outside are added. */
  rebuild(e: Expression, args: readonly Expression[]): Expression {
    const known = args.map(a => this.add(a))
    return this.#make(e.op, known, e.name, e.value)
  }

  #make(op: string, args: readonly Expression[], name?: string, value?: number): Expression {
    const simpler = simplify(op, args)
    if (simpler) return this.#ids.has(simpler) ? simpler : this.add(simpler)
    const key = `${op} ${name ?? ''} ${keyOf(value)} ${args.map(a => this.#ids.get(a)).join(' ')}`
    const known = this.#nodes.get(key)
    if (known) return known
    const fresh: Expression = {
      op,
      args,
      ...(name === undefined ? {} : { name }),
      ...(value === undefined ? {} : { value }),
    }
    this.#nodes.set(key, fresh)
    this.#ids.set(fresh, this.#ids.size)
    return fresh
  }
}

/** −0 and 0 are different constants. */
const keyOf = (value: number | undefined) => (value === undefined ? '' : Object.is(value, -0) ? '-0' : String(value))

const is = (e: Expression | undefined, value: number) => e?.op === 'constant' && e.value === value

function simplify(op: string, args: readonly Expression[]): Expression | null {
  const operation = operations[op]
  if (!operation) return null
  if (args.every(a => a.op === 'constant')) {
    return constant(operation.evaluate(...args.map(a => a.value as number)))
  }
  const [a, b, x, y] = args as [Expression, Expression, Expression, Expression]
  const negated = (e: Expression): Expression => ({ op: 'neg', args: [e] })
  switch (op) {
    case 'add':
      if (is(a, 0)) return b
      if (is(b, 0)) return a
      if (b.op === 'neg') return { op: 'sub', args: [a, b.args[0] as Expression] }
      if (a.op === 'neg') return { op: 'sub', args: [b, a.args[0] as Expression] }
      return null
    case 'sub':
      if (is(b, 0)) return a
      if (is(a, 0)) return negated(b)
      if (b.op === 'neg') return { op: 'add', args: [a, b.args[0] as Expression] }
      return null
    case 'mul':
      if (is(a, 0) || is(b, 0)) return constant(0)
      if (is(a, 1)) return b
      if (is(b, 1)) return a
      if (is(a, -1)) return negated(b)
      if (is(b, -1)) return negated(a)
      return null
    case 'div':
      if (is(a, 0)) return constant(0)
      return is(b, 1) ? a : null
    case 'neg':
      return a.op === 'neg' ? (a.args[0] as Expression) : null
    case 'ifLess':
    case 'ifLessEqual':
    case 'ifEqual':
      return x === y ? x : null
    default:
      return null
  }
}
