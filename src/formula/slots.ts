/**
 * Where the products of a cell stand in a row of the work matrix: see `stages.ts`.
 */
import { type Equations, rootsOf } from './equations.ts'
import { type Expression, previous, topological, variable } from './expression.ts'
import { Graph } from './graph.ts'

export interface Slot {
  /** The block, or `BLOCK.input` and `BLOCK.recurrent` where the equations use the halves separately. */
  readonly name: string
  readonly block: string
  /** Holds W x + b_ih. */
  readonly hasInput: boolean
  /** Holds U·operand + b_hh: `p.STATE` for a state before, `o.K` for a computed quantity; null: it does not. */
  readonly operand: string | null
}

/** Noise of training that the programs read as k.NAME. */
export interface Mask {
  readonly name: string
  readonly rate: number
  readonly per: 'step' | 'sequence'
}

/** A quantity that a product or a mean is taken of, and how many such steps stand before it is known. */
export interface Made {
  readonly value: Expression
  /** 1 for what only the slots, the states before and the weights are needed for. */
  readonly depth: number
}

/** The equations in one graph, their products replaced by slots. */
export function layOut(equations: Equations) {
  const graph = new Graph()
  const { state, quantities, slots, operands, means, depthOf } = replaceProducts(graph, equations)
  const nodes = topological([...Object.values(state), ...Object.values(quantities)])
  const leafVariable = new Map<Expression, Expression>()
  const prefixes = new Map(Object.entries({ slot: 'z', previous: 'p', parameter: 'w', mask: 'k', sequenceMask: 'k' }))
  for (const e of nodes) {
    const prefix = prefixes.get(e.op)
    if (prefix) leafVariable.set(e, graph.add(variable(`${prefix}.${e.name}`)))
    if (e.op === 'rowMean') leafVariable.set(e, graph.add(variable(`m.${means.findIndex(m => m.value === e.args[0])}`)))
  }
  const masks = nodes.flatMap(({ op, name, value }): Mask[] => {
    if (op !== 'mask' && op !== 'sequenceMask') return []
    return [{ name: name as string, rate: value as number, per: op === 'mask' ? 'step' : 'sequence' }]
  })
  const slotNodes = new Map(nodes.filter(e => e.op === 'slot').map(e => [e.name, e]))
  return {
    equations,
    graph,
    state,
    quantities,
    slots,
    operands,
    means,
    masks,
    leafVariable,
    /** How many products and means stand one behind another until a root is known. */
    deepest: Math.max(
      0,
      // A projection is what follows the last point-wise stage.
      ...[...Object.values(state), ...Object.values(quantities)].map(e => depthOf(e.op === 'project' ? e.args[0] : e)),
    ),
    operandStates: slots.flatMap(s => (s.operand?.startsWith('p.') ? [s.operand.slice(2)] : [])),
    slotNode: (name: string) => slotNodes.get(name) as Expression,
    previousOf: (name: string) => previous(name),
    /** 0 for a state before. */
    operandDepth: (operand: string) => (operand.startsWith('o.') ? operands[Number(operand.slice(2))].depth : 0),
  }
}

/** The equations over `slot` nodes, which keep a computed operand as argument: the derivative visits them in order. */
function replaceProducts(graph: Graph, equations: Equations) {
  const { products, found } = findSlots(graph, equations)
  const operands: Made[] = []
  const means: Made[] = []
  const operandOf = new Map<string, string | null>()
  const done = new Map<Expression, Expression>()
  const depths = new Map<Expression, number>()
  // What simplification made anew is a constant.
  const depthOf = (e: Expression) => depths.get(e) ?? 0
  const placeIn = (list: Made[], value: Expression) => {
    const known = list.findIndex(made => made.value === value)
    return known >= 0 ? known : list.push({ value, depth: depthOf(value) + 1 }) - 1
  }
  const makeSlot = ({ name, of }: Product) => {
    const computed = of && of.op !== 'previous' ? (done.get(of) as Expression) : null
    operandOf.set(name, of && (computed ? `o.${placeIn(operands, computed)}` : `p.${of.name}`))
    return graph.add({ op: 'slot', args: computed ? [computed] : [], name })
  }
  for (const e of topological(rootsOf(equations).map(root => graph.add(root)))) {
    const product = products.get(e)
    const args = e.args.map(a => done.get(a) as Expression)
    const made = product ? makeSlot(product) : graph.rebuild(e, args)
    const isStep = made.op === 'slot' || made.op === 'rowMean' || made.op === 'project'
    depths.set(made, Math.max(0, ...made.args.map(depthOf)) + Number(isStep && made.args.length > 0))
    if (made.op === 'rowMean') placeIn(means, made.args[0])
    if (made.op === 'project') placeIn(operands, made.args[0])
    done.set(e, made)
  }
  const map = (record: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(record).map(([name, e]) => [name, done.get(graph.add(e)) as Expression]))
  const slots = arrange(found.map((s): Slot => ({ ...s, operand: operandOf.get(s.name) ?? null })))
  return { state: map(equations.state), quantities: map(equations.quantities), slots, operands, means, depthOf }
}

/** What becomes a slot: its name, and what U is multiplied with. */
interface Product {
  readonly name: string
  readonly of: Expression | null
}

type Found = Omit<Slot, 'operand'>

/** W x + U h used as a sum only becomes one slot, every other half one of its own. */
function findSlots(graph: Graph, equations: Equations) {
  const { inputs, recurrents, onlyUser } = halves(graph, equations)
  const products = new Map<Expression, Product>()
  const found: Found[] = []
  const put = (e: Expression, slot: Found, of: Expression | null) => {
    products.set(e, { name: slot.name, of })
    found.push(slot)
  }
  for (const { name: block } of equations.blocks) {
    const x = inputs.get(block)
    const h = recurrents.get(block)
    const of = h?.args[0] ?? null
    const sum = x && h ? onlyUser(x) : null
    if (sum?.op === 'add' && h && onlyUser(h) === sum) {
      put(sum, { name: block, block, hasInput: true }, of)
      continue
    }
    if (x) put(x, { name: `${block}.input`, block, hasInput: true }, null)
    if (h) put(h, { name: `${block}.recurrent`, block, hasInput: false }, of)
  }
  return { products, found }
}

/** The products of the graph by block, and who uses a node if it is one node alone (and nobody outside). */
function halves(graph: Graph, equations: Equations) {
  const roots = rootsOf(equations).map(e => graph.add(e))
  const order = topological(roots)
  const users = new Map<Expression, (Expression | null)[]>(order.map(e => [e, []]))
  for (const e of order) for (const a of e.args) users.get(a)?.push(e)
  for (const root of roots) users.get(root)?.push(null)
  const named = (op: string) => new Map(order.filter(e => e.op === op).map(e => [e.name as string, e]))
  const onlyUser = (e: Expression): Expression | null => {
    const [first, ...others] = users.get(e) ?? []
    return others.length === 0 && first ? first : null
  }
  return { inputs: named('input'), recurrents: named('recurrent'), onlyUser }
}

/** Input only, then both, then recurrent only, so that each kind of product meets one run of slots. */
function arrange(slots: readonly Slot[]): Slot[] {
  const rank = (s: Slot) => (s.hasInput ? (s.operand ? 1 : 0) : 2)
  const operands = [...new Set(slots.map(s => s.operand))]
  const place = (s: Slot) => rank(s) * operands.length + operands.indexOf(s.operand)
  return slots.toSorted((a, b) => place(a) - place(b))
}
