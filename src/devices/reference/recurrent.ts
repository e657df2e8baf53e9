/**
 * A cell over packed sequences in plain TypeScript, 64 bits: the oracle for the recurrent kernels.
 *
 * It knows nothing of slots and stages: each row of each step interprets the equations themselves, and goes back
 * through them node by node with each operation's own gradient rule.
 */
import { adjoints } from '../../formula/derivative.ts'
import { constant, type Expression, topological, variable } from '../../formula/expression.ts'
import { Graph } from '../../formula/graph.ts'
import { interpret, interpretAll, type Value } from '../../formula/interpret.ts'
import { gradientOf, operations } from '../../formula/operations.ts'
import type { Matrix } from '../device.ts'
import type { BackwardArguments, ForwardResult, RecurrentCall } from '../recurrent.ts'
import { createMatrix, own, rowOf as viewOfRow } from './reference-matrix.ts'

/** Row r of a matrix, [columns]: a view of its memory. */
const rowOf = (matrix: Matrix, r: number): Float64Array => viewOfRow(own(matrix), r)

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * (b[k] as number), 0)

function addTo(target: Float64Array, source: Float64Array, factor = 1) {
  for (let j = 0; j < target.length; j++) target[j] = (target[j] as number) + factor * (source[j] as number)
}

const toVector = (value: Value | undefined, width: number): Float64Array =>
  value instanceof Float64Array ? value : new Float64Array(width).fill(value ?? 0)

/** The first row of each block in weight_ih and weight_hh. */
function blockRows(call: RecurrentCall) {
  const { blocks } = call.cell.equations
  const place = (names: string[]) => new Map(names.map((name, k) => [name, k * call.hiddenSize]))
  return {
    input: place(blocks.filter(b => b.hasInput).map(b => b.name)),
    recurrent: place(blocks.filter(b => b.hasRecurrent).map(b => b.name)),
  }
}

/** The values of all nodes of one step of one sequence, from x and the states before. */
function stepValues(
  call: RecurrentCall,
  roots: readonly Expression[],
  x: Float64Array,
  before: (s: string) => Float64Array,
) {
  const { weights, hiddenSize } = call
  const rows = blockRows(call)
  const product = (weight: Matrix, bias: Matrix, first: number, operand: Float64Array) =>
    Float64Array.from(
      { length: hiddenSize },
      (_, j) => dot(rowOf(weight, first + j), operand) + (rowOf(bias, 0)[first + j] as number),
    )
  return interpretAll(
    roots,
    (e, args) => {
      const name = e.name as string
      if (e.op === 'previous') return before(name)
      if (e.op === 'parameter') return rowOf(weights.parameters[name] as Matrix, 0)
      if (e.op === 'input')
        return product(weights.weightIh as Matrix, weights.biasIh as Matrix, rows.input.get(name) as number, x)
      const operand = toVector(args[0], hiddenSize)
      return product(weights.weightHh as Matrix, weights.biasHh as Matrix, rows.recurrent.get(name) as number, operand)
    },
    hiddenSize,
  )
}

/** Calls `visit` for each token: its row in the packed matrices, the row of the same sequence a step before or −1. */
function eachToken(
  call: RecurrentCall,
  visit: (row: number, before: number, sequence: number) => void,
  backward = false,
) {
  const { liveRows } = call.packing
  const first = [0]
  for (const live of liveRows) first.push((first[first.length - 1] as number) + live)
  for (let k = 0; k < liveRows.length; k++) {
    const t = backward ? liveRows.length - 1 - k : k
    for (let r = 0; r < (liveRows[t] as number); r++) {
      visit((first[t] as number) + r, t === 0 ? -1 : (first[t - 1] as number) + r, r)
    }
  }
}

export function recurrentForward(call: RecurrentCall, result: ForwardResult): void {
  const { equations } = call.cell
  const recorded = Object.keys(result.recorded)
  const roots = [...Object.values(equations.state), ...recorded.map(q => equations.quantities[q] as Expression)]
  for (const s of call.cell.states) {
    for (let r = 0; r < call.packing.batch; r++)
      rowOf(result.last[s] as Matrix, r).set(rowOf(call.initial[s] as Matrix, r))
  }
  eachToken(call, (row, _before, sequence) => {
    const states = new Map(call.cell.states.map(s => [s, rowOf(result.last[s] as Matrix, sequence).slice()]))
    const values = stepValues(call, roots, rowOf(call.x, row), s => states.get(s) as Float64Array)
    const put = (matrix: Matrix | undefined, r: number, e: Expression | undefined) => {
      if (matrix) rowOf(matrix, r).set(toVector(values.get(e as Expression), call.hiddenSize))
    }
    for (const s of call.cell.states) {
      put(result.last[s], sequence, equations.state[s])
      put(result.states[s], row, equations.state[s])
    }
    for (const q of recorded) put(result.recorded[q], row, equations.quantities[q])
  })
}

/** What an operation contributes to its arguments, as expressions over a0, a1, …, y and g. */
function rulesOf(op: string): Expression[] {
  const operation = operations[op]
  if (!operation) throw new Error(`internal: no operation ${op}`)
  const args = Array.from({ length: operation.arity }, (_, i) => variable(`a${i}`))
  const rules = gradientOf(op, args, variable('y'), variable('g'))
  if (rules) return rules.map(e => e ?? constant(0))
  const graph = new Graph()
  const total = adjoints(graph, [
    [graph.add((operation.expand as (...a: Expression[]) => Expression)(...args)), variable('g')],
  ])
  return args.map(a => total.get(graph.add(a)) ?? constant(0))
}

const fill = (matrix: Matrix, value: number) => {
  for (let r = 0; r < matrix.rows; r++) rowOf(matrix, r).fill(value)
}

/** Every state at every step, by running forward again: this device keeps nothing. */
function statesBefore(call: RecurrentCall) {
  const { batch, tokens } = call.packing
  const make = (rows: number) => Object.fromEntries(call.cell.states.map(s => [s, createMatrix(rows, call.hiddenSize)]))
  const states = make(tokens)
  recurrentForward(call, { states, last: make(batch), saved: [], operands: [], recorded: {} })
  return (s: string, before: number, sequence: number) =>
    before < 0 ? rowOf(call.initial[s] as Matrix, sequence) : rowOf(states[s] as Matrix, before)
}

export function recurrentBackward(call: RecurrentCall, _result: ForwardResult, gradients: BackwardArguments): void {
  const { equations, states } = call.cell
  const { weights } = gradients
  const { weightIh, weightHh, biasIh, biasHh, parameters } = weights
  for (const m of [weightIh, weightHh, biasIh, biasHh, ...Object.values(parameters)]) if (m) fill(m, 0)
  if (gradients.x) fill(gradients.x, 0)
  const stateBefore = statesBefore(call)
  const order = topological(Object.values(equations.state))
  const rules = new Map(order.filter(e => operations[e.op]).map(e => [e.op, rulesOf(e.op)]))
  for (const s of states) {
    const last = gradients.last[s]
    fill(gradients.initial[s] as Matrix, 0)
    for (let r = 0; last && r < call.packing.batch; r++) rowOf(gradients.initial[s] as Matrix, r).set(rowOf(last, r))
  }
  eachToken(
    call,
    (row, before, sequence) => {
      const values = stepValues(call, Object.values(equations.state), rowOf(call.x, row), s =>
        stateBefore(s, before, sequence),
      )
      const carried = new Map(states.map(s => [s, rowOf(gradients.initial[s] as Matrix, sequence)]))
      const adjoint = new Map<Expression, Float64Array>()
      const contribute = (e: Expression, g: Float64Array) => {
        const sum = adjoint.get(e)
        if (sum) addTo(sum, g)
        else adjoint.set(e, g.slice())
      }
      for (const s of states) contribute(equations.state[s] as Expression, carried.get(s) as Float64Array)
      if (gradients.output) contribute(equations.state[equations.output] as Expression, rowOf(gradients.output, row))
      for (const s of states) (carried.get(s) as Float64Array).fill(0)
      for (const e of order.toReversed()) {
        const g = adjoint.get(e)
        if (!g) continue
        if (operations[e.op])
          throughOperation(e, g, values, rules.get(e.op) as Expression[], call.hiddenSize, contribute)
        else throughLeaf(call, gradients, e, g, { row, values, carried, contribute })
      }
    },
    true,
  )
}

function throughOperation(
  e: Expression,
  g: Float64Array,
  values: ReadonlyMap<Expression, Value>,
  rules: readonly Expression[],
  width: number,
  contribute: (e: Expression, g: Float64Array) => void,
) {
  const parts = interpret(
    rules,
    leaf => {
      if (leaf.name === 'g') return g
      if (leaf.name === 'y') return values.get(e) as Value
      return values.get(e.args[Number(leaf.name?.slice(1))] as Expression) as Value
    },
    width,
  )
  e.args.forEach((a, i) => {
    contribute(a, parts[i] as Float64Array)
  })
}

interface LeafContext {
  readonly row: number
  readonly values: ReadonlyMap<Expression, Value>
  readonly carried: ReadonlyMap<string, Float64Array>
  readonly contribute: (e: Expression, g: Float64Array) => void
}

/** A leaf's gradient goes to the state before, to a parameter, or through a product to weights and operand. */
function throughLeaf(
  call: RecurrentCall,
  gradients: BackwardArguments,
  e: Expression,
  g: Float64Array,
  at: LeafContext,
) {
  const name = e.name as string
  const { weights } = gradients
  if (e.op === 'previous') addTo(at.carried.get(name) as Float64Array, g)
  if (e.op === 'parameter') addTo(rowOf(weights.parameters[name] as Matrix, 0), g)
  if (e.op === 'input') {
    const dx = throughProduct(call, gradients, e, g, rowOf(call.x, at.row))
    if (gradients.x) addTo(rowOf(gradients.x, at.row), dx)
  }
  if (e.op === 'recurrent') {
    const operand = e.args[0] as Expression
    const value = toVector(at.values.get(operand), call.hiddenSize)
    at.contribute(operand, throughProduct(call, gradients, e, g, value))
  }
}

/** Adds g ⊗ operand to the block's weight, g to its bias; gives the operand's gradient, Wᵀ g. */
function throughProduct(
  call: RecurrentCall,
  gradients: BackwardArguments,
  e: Expression,
  g: Float64Array,
  operand: Float64Array,
): Float64Array {
  const [weight, bias] = e.op === 'input' ? (['weightIh', 'biasIh'] as const) : (['weightHh', 'biasHh'] as const)
  const rows = blockRows(call)
  const first = (e.op === 'input' ? rows.input : rows.recurrent).get(e.name as string) as number
  const gradient = new Float64Array(operand.length)
  addTo(rowOf(gradients.weights[bias] as Matrix, 0).subarray(first, first + g.length), g)
  g.forEach((gj, j) => {
    addTo(rowOf(gradients.weights[weight] as Matrix, first + j), operand, gj)
    addTo(gradient, rowOf(call.weights[weight] as Matrix, first + j), gj)
  })
  return gradient
}
