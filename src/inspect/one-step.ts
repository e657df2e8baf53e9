/**
 * One time step of one layer, node by node of the cell's equations: the value of each, and what flows back along each
 * edge. In 64 bits by the interpreter, from the recorded states: for looking at one step, not for running.
 */

import { adjoints } from '../formula/derivative.ts'
import { type Equations, rootsOf } from '../formula/equations.ts'
import { apply, type Expression, topological, variable } from '../formula/expression.ts'
import { Graph } from '../formula/graph.ts'
import { interpret, interpretAll, type Value } from '../formula/interpret.ts'
import { operations } from '../formula/operations.ts'
import { withoutMasks } from '../formula/without-masks.ts'
import { layerSuffix } from '../layers/recurrent-weights.ts'
import type { Tensor } from '../tensor/index.ts'
import { initialStates, nameOfState, type RecordedLayer } from './record.ts'
import type { StepGradients } from './step-gradients.ts'
import { directionsOf, embeddingOf, type Reading, type Subject } from './subject.ts'

export interface OneStep {
  /** The cell as it predicts. */
  readonly cell: Equations
  /** Every node, arguments before what uses them. */
  readonly nodes: readonly Expression[]
  /** Of each node, [units]. */
  readonly values: readonly Float64Array[]
  /** W x or U h of the nodes that are products, without the bias, [units]; null for others. */
  readonly products: readonly (Float64Array | null)[]
  /** By node and argument, [units]: what flows back from the node to it; null where nothing does. */
  readonly flows: readonly (readonly (Float64Array | null)[])[] | null
  /** By node, [units]: the gradient there, all ways together; null where there is none. */
  readonly gradients: readonly (Float64Array | null)[] | null
}

export interface OneStepOptions {
  /** Index among layers and directions. */
  readonly index: number
  /** Token, from 0. */
  readonly at: number
  /** What `recordReading` gave for the same subject and reading. */
  readonly recorded: readonly RecordedLayer[]
  /** What `stepGradientsOf` gave; without it nothing flows back. */
  readonly gradients?: readonly StepGradients[] | undefined
}

export function oneStepOf(subject: Subject, reading: Reading, options: OneStepOptions): OneStep {
  const cell = withoutMasks(subject.network.cell)
  const nodes = topological(rootsOf(cell))
  const weights = new StepWeights(subject, cell, reading, options)
  const all = interpretAll(Object.values(cell.state), weights.leaf, weights.units)
  for (const [e, v] of interpretAll(Object.values(cell.quantities), weights.leaf, weights.units)) all.set(e, v)
  const values = nodes.map(e => vectorOf(all.get(e) as Value, weights.units))
  const known = new Map(nodes.map((e, k) => [e, values[k]]))
  const back = options.gradients && flowBack(cell, nodes, known, weights, options)
  return {
    cell,
    nodes,
    values,
    products: nodes.map(e => weights.products.get(e) ?? null),
    flows: back?.flows ?? null,
    gradients: back?.gradients ?? null,
  }
}

const vectorOf = (value: Value, width: number): Float64Array =>
  typeof value === 'number' ? new Float64Array(width).fill(value) : value

interface Matrix {
  readonly data: ArrayLike<number>
  readonly columns: number
}

/** The weights of one layer and direction, its input and its states before the step. */
class StepWeights {
  readonly units: number
  /** Of products, without their biases. */
  readonly products = new Map<Expression, Float64Array>()
  readonly #cell: Equations
  readonly #parameters: ReadonlyMap<string, Tensor>
  readonly #suffix: string
  readonly #x: readonly number[]
  readonly #before: (state: string) => readonly number[]
  readonly #read = new Map<string, Matrix>()

  constructor(subject: Subject, cell: Equations, reading: Reading, { index, at, recorded }: OneStepOptions) {
    const { layer, direction, hidden } = recorded[index]
    this.units = hidden
    this.#cell = cell
    this.#parameters = subject.network.parameters()
    this.#suffix = layerSuffix(layer, direction === 'forward' ? 0 : 1)
    this.#x = layer === 0 ? vectorOfToken(subject, reading.ids[at]) : inputOf(subject, recorded, layer, at)
    const previous = direction === 'forward' ? at - 1 : at + 1
    const isFirst = previous < 0 || previous >= reading.ids.length
    const initial = initialStates(subject)
    this.#before = state =>
      isFirst
        ? initial(this.#suffix, state, hidden)
        : recorded[index].quantities[nameOfState(subject.network.cell, state)].values[previous]
  }

  readonly leaf = (e: Expression, args: readonly Value[]): Value => {
    const name = e.name as string
    switch (e.op) {
      case 'previous':
        return Float64Array.from(this.#before(name))
      case 'parameter':
        return Float64Array.from(this.#matrix(`rnn.${name}${this.#suffix}`).data)
      case 'input':
        return this.#product(e, this.#x)
      case 'recurrent':
        return this.#product(e, vectorOf(args[0], this.units))
      case 'project':
        return times(this.#matrix(`rnn.weight_${name}${this.#suffix}`), 0, null, vectorOf(args[0], this.units))
      default:
        throw new Error(`internal: ${e.op} has no value in one step`)
    }
  }

  #product(e: Expression, operand: ArrayLike<number>): Float64Array {
    const { weight, begin, bias } = this.#block(e)
    const product = times(weight, begin, this.units, operand)
    this.products.set(e, product)
    return product.map((x, u) => x + bias.data[begin + u])
  }

  #block(e: Expression): { weight: Matrix; begin: number; bias: Matrix } {
    const half = e.op === 'input' ? 'ih' : 'hh'
    const blocks = this.#cell.blocks.filter(b => (e.op === 'input' ? b.hasInput : b.hasRecurrent))
    return {
      weight: this.#matrix(`rnn.weight_${half}${this.#suffix}`),
      bias: this.#matrix(`rnn.bias_${half}${this.#suffix}`),
      begin: blocks.findIndex(b => b.name === e.name) * this.units,
    }
  }

  /** What flows back through a product to its operand: Wᵀ g. */
  back(e: Expression, g: Float64Array): Float64Array {
    const { weight, begin } =
      e.op === 'recurrent' ? this.#block(e) : { weight: this.#matrix(`rnn.weight_${e.name}${this.#suffix}`), begin: 0 }
    const { data, columns } = weight
    const out = new Float64Array(columns)
    for (let r = 0; r < g.length; r++) {
      for (let k = 0; k < columns; k++) out[k] += g[r] * data[(begin + r) * columns + k]
    }
    return out
  }

  #matrix(name: string): Matrix {
    const known = this.#read.get(name)
    if (known) return known
    const t = this.#parameters.get(name) as Tensor
    const read = { data: t.toArray(), columns: t.shape[t.shape.length - 1] }
    this.#read.set(name, read)
    return read
  }
}

/** Rows `begin` to `begin + rows` of a matrix times a vector. @param rows  Null: all. */
function times({ data, columns }: Matrix, begin: number, rows: number | null, x: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: rows ?? data.length / columns }, (_, r) => {
    let sum = 0
    for (let k = 0; k < columns; k++) sum += data[(begin + r) * columns + k] * x[k]
    return sum
  })
}

function vectorOfToken({ network }: Subject, id: number): number[] {
  const table = embeddingOf(network.parameters())
  const width = table.shape[1]
  return Array.from(table.toArray().subarray(id * width, (id + 1) * width))
}

/** What a layer reads: the output of the one below it, of both directions. */
function inputOf(subject: Subject, recorded: readonly RecordedLayer[], layer: number, at: number): number[] {
  const { cell, sizes } = subject.network
  const output = nameOfState(cell, cell.output)
  const below = recorded.filter(r => r.layer === layer - 1).map(r => r.quantities[output].values[at])
  if (directionsOf(subject) === 1) return [...below[0]]
  const merge = 'merge' in sizes ? sizes.merge : 'concat'
  const [a, b] = below
  switch (merge) {
    case 'concat':
      return [...a, ...b]
    case 'sum':
      return a.map((x, k) => x + b[k])
    case 'mean':
      return a.map((x, k) => (x + b[k]) / 2)
    case 'product':
      return a.map((x, k) => x * b[k])
  }
}

/** Reverse mode over the nodes of the step; of what is named, the gradient over all later steps is known. */
function flowBack(
  cell: Equations,
  nodes: readonly Expression[],
  values: ReadonlyMap<Expression, Float64Array>,
  weights: StepWeights,
  { index, at, gradients }: OneStepOptions,
) {
  const named = (gradients as readonly StepGradients[])[index].quantities
  const total = new Map<Expression, Float64Array>()
  const known = new Set<Expression>()
  const take = (e: Expression, name: string) => {
    if (e.op === 'previous' || !named[name]) return
    total.set(e, Float64Array.from(named[name][at]))
    known.add(e)
  }
  for (const [name, e] of Object.entries(cell.quantities)) take(e, name)
  for (const [name, e] of Object.entries(cell.state)) take(e, Object.hasOwn(named, `${name}[t]`) ? `${name}[t]` : name)
  const flows = new Map<Expression, (Float64Array | null)[]>()
  for (const e of [...nodes].reverse()) {
    const g = total.get(e)
    const parts = g ? contributions(e, g, values, weights) : e.args.map(() => null)
    flows.set(e, parts)
    e.args.forEach((a, k) => {
      const part = parts[k]
      if (!part || known.has(a)) return
      const before = total.get(a)
      total.set(a, before ? before.map((x, u) => x + part[u]) : part)
    })
  }
  return { flows: nodes.map(e => flows.get(e) ?? []), gradients: nodes.map(e => total.get(e) ?? null) }
}

function contributions(
  e: Expression,
  g: Float64Array,
  values: ReadonlyMap<Expression, Float64Array>,
  weights: StepWeights,
): (Float64Array | null)[] {
  if (e.args.length === 0) return []
  if (e.op === 'rowMean') return [new Float64Array(g.length).fill(g.reduce((sum, x) => sum + x, 0) / g.length)]
  if (e.op === 'recurrent' || e.op === 'project') return [weights.back(e, g)]
  const rule = ruleOf(e.op)
  const bound = (leaf: Expression): Value => {
    const k = ARGUMENTS.indexOf(leaf.name as string)
    return k === -1 ? g : (values.get(e.args[k]) as Float64Array)
  }
  return rule.map((part, k) => {
    if (part === null || e.args[k].op === 'constant') return null
    return interpret([part], bound, g.length)[0]
  })
}

const ARGUMENTS = ['argument 0', 'argument 1', 'argument 2', 'argument 3']
const rules = new Map<string, readonly (Expression | null)[]>()

/** What an operation passes on to each argument, in its arguments and the adjoint g. */
function ruleOf(op: string): readonly (Expression | null)[] {
  const known = rules.get(op)
  if (known) return known
  const graph = new Graph()
  const args = ARGUMENTS.slice(0, operations[op].arity).map(name => graph.add(variable(name)))
  const found = adjoints(graph, [[graph.add(apply(op, args)), graph.add(variable('g'))]])
  const rule = args.map(a => found.get(a) ?? null)
  rules.set(op, rule)
  return rule
}
