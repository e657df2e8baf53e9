/**
 * What is drawn of a cell: its expression graph with the parts that a person sees as one drawn as one. A sum of
 * products under an activation is one box (σ with its weights inside); a constant operand is part of the sign (1 −);
 * all else is a node as it stands in the equations. Any cell's, built-in or a user's own.
 */
import type { Definition } from '../../../src/formula/definitions.ts'
import { type Equations, rootsOf } from '../../../src/formula/equations.ts'
import { type Expression, topological } from '../../../src/formula/expression.ts'
import { normalized } from '../../../src/formula/layer-norm.ts'
import { operations } from '../../../src/formula/operations.ts'

/** `x`: the input; `before`, `after`: a state at both ends of the step; `box`: has weights; `number`: a constant. */
export type PictureKind = 'x' | 'before' | 'after' | 'box' | 'operation' | 'number'

export interface PictureNode {
  readonly key: string
  readonly kind: PictureKind
  /** What stands in it. */
  readonly sign: string
  /** Its place among the cell's nodes, whose value and gradient it shows; −1: x. */
  readonly node: number
  /** The quantity or state that it is. */
  readonly name: string | null
  /** Place of the equation that computes it; −1: it is there before. */
  readonly line: number
}

/** Where in the equations a flow back along an edge is found: a node and which of its arguments. */
export type Flow = readonly [node: number, argument: number]

export interface PictureEdge {
  readonly from: string
  readonly to: string
  /** Summed; none: x, a constant. */
  readonly flows: readonly Flow[]
}

export interface CellGraph {
  readonly nodes: readonly PictureNode[]
  readonly edges: readonly PictureEdge[]
}

const SIGNS: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  neg: '−',
  sigmoid: 'σ',
  rowMean: 'mean',
  log: 'ln',
  sqrt: '√',
  abs: '|·|',
  ifLess: '<',
  ifLessEqual: '≤',
  ifEqual: '=',
}

/** @param nodes  Of the cell, arguments first: what `node` counts. @param definitions  The equations in their order. */
export function cellGraph(
  cell: Equations,
  nodes: readonly Expression[],
  definitions: readonly Definition[],
): CellGraph {
  return new Builder(cell, nodes, definitions).build()
}

class Builder {
  readonly #cell: Equations
  readonly #places: ReadonlyMap<Expression, number>
  readonly #names = new Map<Expression, string>()
  readonly #lines = new Map<Expression, number>()
  readonly #uses = new Map<Expression, number>()
  readonly #made = new Map<Expression, string>()
  readonly #nodes: PictureNode[] = []
  readonly #edges: PictureEdge[] = []

  constructor(cell: Equations, nodes: readonly Expression[], definitions: readonly Definition[]) {
    this.#cell = cell
    this.#places = new Map(nodes.map((e, k) => [e, k]))
    for (const { name, expression } of definitions) {
      if (expression.op !== 'previous' && !this.#names.has(expression)) this.#names.set(expression, name)
    }
    for (const [line, { expression }] of definitions.entries()) {
      for (const e of topological([expression], e => this.#lines.has(e))) this.#lines.set(e, line)
    }
    for (const e of topological(rootsOf(cell))) {
      for (const a of new Set(e.args)) this.#uses.set(a, (this.#uses.get(a) ?? 0) + 1)
    }
  }

  build(): CellGraph {
    for (const state of Object.keys(this.#cell.state)) this.#add('before', `before ${state}`, state, -1, state, -1)
    this.#add('x', 'x', 'x', -1, null, -1)
    for (const [state, e] of Object.entries(this.#cell.state)) {
      const from = this.#draw(e)
      this.#add('after', `after ${state}`, state, this.#place(e), state, this.#line(e))
      this.#edges.push({ from, to: `after ${state}`, flows: [] })
    }
    for (const e of Object.values(this.#cell.quantities)) this.#draw(e)
    return { nodes: this.#nodes, edges: this.#edges }
  }

  #add(kind: PictureKind, key: string, sign: string, node: number, name: string | null, line: number): string {
    this.#nodes.push({ key, kind, sign, node, name, line })
    return key
  }

  readonly #place = (e: Expression): number => this.#places.get(e) as number
  readonly #line = (e: Expression): number => this.#lines.get(e) ?? -1

  /** @returns  The key of the picture's node for an expression. */
  #draw(e: Expression): string {
    const known = this.#made.get(e)
    if (known !== undefined) return known
    const key = this.#drawNew(e)
    this.#made.set(e, key)
    return key
  }

  #drawNew(e: Expression): string {
    if (e.op === 'previous') return `before ${e.name}`
    const key = `node ${this.#place(e)}`
    const add = (kind: PictureKind, sign: string) =>
      this.#add(kind, key, sign, this.#place(e), this.#names.get(e) ?? null, this.#line(e))
    if (e.op === 'constant') return add('number', '')
    if (e.op === 'parameter') return add('number', String(e.name))
    const isFunction = operations[e.op]?.arity === 1
    if (isFunction && this.#isInside(e.args[0])) return this.#box(add('box', SIGNS[e.op] ?? e.op), e.args[0])
    if (this.#hasWeights(e)) return this.#box(add('box', weightSign(e)), e)
    const whole = normalized(e)
    const parts = whole ? [whole] : e.args
    const isInSign = (part: Expression) => part.op === 'constant' && !this.#names.has(part)
    add('operation', whole ? 'LN' : signOf(e, isInSign))
    parts.forEach((part, k) => {
      if (isInSign(part)) return
      const flows: Flow[] = whole ? [] : [[this.#place(e), k]]
      this.#edges.push({ from: this.#draw(part), to: key, flows })
    })
    return key
  }

  /** An expression of weights alone, drawn inside of the box of what uses it. */
  #isInside(e: Expression): boolean {
    return !this.#names.has(e) && this.#uses.get(e) === 1 && this.#hasWeights(e)
  }

  #hasWeights(e: Expression): boolean {
    if (e.op === 'input' || e.op === 'recurrent' || e.op === 'project') return true
    const whole = normalized(e)
    if (whole) return this.#isInside(whole)
    if (e.op === 'add') return e.args.every(a => this.#isInside(a))
    return e.op === 'mul' && e.args.some(a => a.op === 'parameter')
  }

  /** Edges from what the weights of a box meet. */
  #box(key: string, inside: Expression): string {
    const flows = new Map<string, Flow[]>()
    const meet = (from: string, flow: Flow | null) => {
      flows.set(from, [...(flows.get(from) ?? []), ...(flow ? [flow] : [])])
    }
    const visit = (e: Expression) => {
      const whole = normalized(e)
      if (whole) return visit(whole)
      if (e.op === 'input') return meet('x', null)
      if (e.op === 'recurrent' || e.op === 'project') return meet(this.#draw(e.args[0]), [this.#place(e), 0])
      e.args.forEach((a, k) => {
        if (a.op === 'parameter') return
        if (this.#isInside(a)) visit(a)
        else meet(this.#draw(a), [this.#place(e), k])
      })
    }
    visit(inside)
    for (const [from, of] of flows) this.#edges.push({ from, to: key, flows: of })
    return key
  }
}

/** With a constant operand in it: `1 −`; one that has a name, as a clamped gate, is a node of its own. */
function signOf({ op, args }: Expression, isInSign: (part: Expression) => boolean): string {
  const sign = SIGNS[op] ?? op
  if (args.length !== 2) return sign
  const [a, b] = args
  if (isInSign(a)) return `${short(a)}${sign}`
  return isInSign(b) ? `${sign}${short(b)}` : sign
}

const short = ({ value }: Expression): string => String(Number((value as number).toPrecision(3))).replace('-', '−')

function weightSign(e: Expression): string {
  if (e.op === 'input') return 'W'
  if (e.op === 'recurrent') return 'U'
  return e.op === 'project' ? 'W' : 'Σ'
}
