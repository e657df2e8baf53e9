/**
 * Back-propagation through time in plain TypeScript, 64 bits (Werbos 1990): each step's equations in reverse, node by
 * node, by each operation's gradient rule.
 */
import { adjoints } from '../../formula/derivative.ts'
import { constant, type Expression, topological, variable } from '../../formula/expression.ts'
import { Graph } from '../../formula/graph.ts'
import { interpret, type Value } from '../../formula/interpret.ts'
import { gradientOf, operations } from '../../formula/operations.ts'
import type { Matrix } from '../matrix.ts'
import type { BackwardArguments, RecurrentCall } from '../recurrent.ts'
import { eachToken, recurrentForward } from './recurrent.ts'
import { blockOf, inputOf, rowOf, stepValues, toVector } from './recurrent-step.ts'
import { createMatrix } from './reference-matrix.ts'

export function recurrentBackward(call: RecurrentCall, gradients: BackwardArguments): void {
  const { equations, states } = call.cell
  beginGradients(call, gradients)
  const stateBefore = statesBefore(call)
  const roots = Object.values(equations.state)
  const order = topological(roots).reverse()
  const rules = new Map(order.filter(e => operations[e.op]).map(e => [e.op, rulesOf(e.op)]))
  eachToken(
    call,
    (place, before) => {
      const values = stepValues(call, roots, place, s => stateBefore(s, before, place.sequence))
      const adjoint = new Map<Expression, Float64Array>()
      const contribute = (e: Expression, g: Float64Array) => {
        const sum = adjoint.get(e)
        if (sum) addTo(sum, g)
        else adjoint.set(e, g.slice())
      }
      const carried = (s: string) => rowOf(gradients.initial[s], place.sequence)
      for (const s of states) contribute(equations.state[s], carried(s))
      if (gradients.output) contribute(equations.state[equations.output], rowOf(gradients.output, place.row))
      for (const s of states) carried(s).fill(0)
      const through = { call, gradients, values, carried, contribute, row: place.row }
      for (const e of order) {
        const g = adjoint.get(e)
        if (!g) continue
        const rule = rules.get(e.op)
        if (rule) throughOperation(through, e, g, rule)
        else throughLeaf(through, e, g)
      }
    },
    true,
  )
}

/** What a step's nodes are taken back through. */
interface Through {
  readonly call: RecurrentCall
  readonly gradients: BackwardArguments
  readonly values: ReadonlyMap<Expression, Value>
  readonly carried: (state: string) => Float64Array
  readonly contribute: (e: Expression, g: Float64Array) => void
  readonly row: number
}

/** All sums begin at zero, the carried gradients of the states with those of their last values. */
function beginGradients(call: RecurrentCall, { x, weights, initial, last }: BackwardArguments): void {
  const { weightIh, weightHh, biasIh, biasHh, parameters, projections } = weights
  const named = [...Object.values(parameters), ...Object.values(projections), ...Object.values(initial)]
  for (const matrix of [x, weightIh, weightHh, biasIh, biasHh, ...named]) {
    for (let r = 0; matrix && r < matrix.rows; r++) rowOf(matrix, r).fill(0)
  }
  for (const s of call.cell.states) {
    const from = last[s]
    for (let r = 0; from && r < call.packing.batch; r++) rowOf(initial[s], r).set(rowOf(from, r))
  }
}

/** Every state at every step, by running forward again: this device keeps nothing. */
function statesBefore(call: RecurrentCall) {
  const { batch, tokens } = call.packing
  const make = (rows: number) =>
    Object.fromEntries(call.cell.states.map(s => [s, createMatrix(rows, call.initial[s].columns)]))
  const states = make(tokens)
  recurrentForward(call, { states, last: make(batch), saved: [], operands: [], recorded: {} })
  return (s: string, before: number, sequence: number) =>
    before < 0 ? rowOf(call.initial[s], sequence) : rowOf(states[s], before)
}

/** What an operation contributes to its arguments, as expressions over a0, a1, …, y and g. */
function rulesOf(op: string): Expression[] {
  const { arity, expand } = operations[op]
  const args = Array.from({ length: arity }, (_, i) => variable(`a${i}`))
  const rules = gradientOf(op, args, variable('y'), variable('g'))
  if (rules) return rules.map(e => e ?? constant(0))
  const graph = new Graph()
  const expansion = (expand as NonNullable<typeof expand>)(...args)
  const total = adjoints(graph, [[graph.add(expansion), graph.add(variable('g'))]])
  return args.map(a => total.get(graph.add(a)) ?? constant(0))
}

function throughOperation({ values, contribute, call }: Through, e: Expression, g: Float64Array, rule: Expression[]) {
  const leaf = ({ name }: Expression): Value => {
    if (name === 'g') return g
    return values.get(name === 'y' ? e : e.args[Number(name?.slice(1))]) as Value
  }
  const parts = interpret(rule, leaf, call.hiddenSize)
  e.args.forEach((a, i) => {
    contribute(a, parts[i])
  })
}

/** A leaf's gradient goes to the state before, to a parameter, or through a product to weights and operand. */
function throughLeaf(through: Through, e: Expression, g: Float64Array): void {
  const { call, gradients, values, carried, contribute, row } = through
  const name = e.name as string
  const [operand] = e.args
  const value = () => toVector(values.get(operand), call.hiddenSize)
  switch (e.op) {
    case 'previous':
      addTo(carried(name), g)
      break
    case 'parameter':
      addTo(rowOf(gradients.weights.parameters[name], 0), g)
      break
    case 'rowMean':
      contribute(operand, new Float64Array(g.length).fill(g.reduce((sum, x) => sum + x, 0) / g.length))
      break
    case 'project': {
      const { projections } = gradients.weights
      contribute(operand, throughProduct(call.weights.projections[name], projections[name], 0, g, value()))
      break
    }
    case 'input': {
      const dx = throughBlock(through, e, g, inputOf(call, call.x, row))
      if (gradients.x) addTo(inputOf(call, gradients.x, row), dx)
      break
    }
    case 'recurrent':
      contribute(operand, throughBlock(through, e, g, value()))
  }
}

function throughBlock({ call, gradients }: Through, e: Expression, g: Float64Array, operand: Float64Array) {
  const { weight, first } = blockOf(call, e)
  const sums = blockOf({ ...call, weights: gradients.weights }, e)
  addTo(sums.bias.subarray(first, first + g.length), g)
  return throughProduct(weight, sums.weight, first, g, operand)
}

/** dW += g ⊗ operand for the rows from `first` on. @returns The operand's gradient, Wᵀ g. */
function throughProduct(weight: Matrix, dWeight: Matrix, first: number, g: Float64Array, operand: Float64Array) {
  const gradient = new Float64Array(operand.length)
  g.forEach((gj, j) => {
    addTo(rowOf(dWeight, first + j), operand, gj)
    addTo(gradient, rowOf(weight, first + j), gj)
  })
  return gradient
}

function addTo(target: Float64Array, source: Float64Array, factor = 1): void {
  for (let j = 0; j < target.length; j++) target[j] += factor * source[j]
}
