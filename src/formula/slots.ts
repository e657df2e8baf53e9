/**
 * Where the products of a cell stand in a row of the work matrix: see `stages.ts`.
 */
import { substitute } from './derivative.ts'
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

/** The equations in one graph, their products replaced by slots. */
export function layOut(equations: Equations) {
  const graph = new Graph()
  const operands: Expression[] = []
  const { exchange, found } = findSlots(graph, equations)
  const done = new Map<Expression, Expression>()
  const operandOf = new Map<string, string | null>()
  const map = (record: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(record).map(([name, e]) => [name, replaceSlots(e)]))

  /** A `slot` node keeps its computed operand as argument, so that the derivative visits it in order. */
  function replaceSlots(root: Expression): Expression {
    for (const e of topological([graph.add(root)])) {
      const slot = exchange.get(e)
      if (!slot || done.has(e)) continue
      const of = slot.of && slot.of.op !== 'previous' ? substitute(graph, slot.of, done) : null
      done.set(e, graph.add({ op: 'slot', args: of ? [of] : [], name: slot.name }))
      if (of && !operands.includes(of)) operands.push(of)
      operandOf.set(slot.name, slot.of ? (of ? `o.${operands.indexOf(of)}` : `p.${slot.of.name}`) : null)
    }
    return substitute(graph, root, done)
  }

  const state = map(equations.state)
  const quantities = map(equations.quantities)
  const slots = arrange(found.map((s): Slot => ({ ...s, operand: operandOf.get(s.name) ?? null })))
  const nodes = topological([...Object.values(state), ...Object.values(quantities)])
  const leafVariable = new Map<Expression, Expression>()
  const prefix: Readonly<Record<string, string>> = { slot: 'z', previous: 'p', parameter: 'w' }
  for (const e of nodes) {
    if (prefix[e.op]) leafVariable.set(e, graph.add(variable(`${prefix[e.op]}.${e.name}`)))
  }
  const slotNodes = new Map(nodes.filter(e => e.op === 'slot').map(e => [e.name, e]))
  return {
    equations,
    graph,
    state,
    quantities,
    slots,
    operands,
    leafVariable,
    operandStates: slots.flatMap(s => (s.operand?.startsWith('p.') ? [s.operand.slice(2)] : [])),
    slotNode: (name: string) => slotNodes.get(name) as Expression,
    previousOf: (name: string) => previous(name),
    operandDepth: (operand: string) => depthOfOperand(operand, operands),
  }
}

/** How many computed operands stand one behind another before this one is known. */
function depthOfOperand(operand: string, operands: readonly Expression[]): number {
  if (!operand.startsWith('o.')) return 0
  const inner = topological([operands[Number(operand.slice(2))] as Expression])
    .filter(e => e.op === 'slot' && e.args.length > 0)
    .map(e => depthOfOperand(`o.${operands.indexOf(e.args[0] as Expression)}`, operands))
  return 1 + Math.max(0, ...inner)
}

interface Found {
  readonly name: string
  readonly block: string
  readonly hasInput: boolean
}

/** W x + U h used as a sum only becomes one slot, every other half one of its own. */
function findSlots(graph: Graph, equations: Equations) {
  const order = topological(rootsOf(equations).map(e => graph.add(e)))
  const users = new Map<Expression, Expression[]>()
  for (const e of order) for (const a of e.args) users.set(a, [...(users.get(a) ?? []), e])
  // A root is used from outside too, so a half that is a quantity of its own is not merged.
  for (const root of rootsOf(equations)) users.get(graph.add(root))?.push(root)
  const exchange = new Map<Expression, { name: string; of: Expression | null }>()
  const found: Found[] = []
  for (const { name: block } of equations.blocks) {
    const x = order.find(e => e.op === 'input' && e.name === block)
    const h = order.find(e => e.op === 'recurrent' && e.name === block)
    const sum = x && h ? users.get(x)?.[0] : undefined
    const isMerged =
      sum?.op === 'add' &&
      users.get(x as Expression)?.length === 1 &&
      users.get(h as Expression)?.length === 1 &&
      sum.args.includes(h as Expression)
    const of = h?.args[0] ?? null
    if (sum && isMerged) {
      exchange.set(sum, { name: block, of })
      found.push({ name: block, block, hasInput: true })
      continue
    }
    if (x) {
      exchange.set(x, { name: `${block}.input`, of: null })
      found.push({ name: `${block}.input`, block, hasInput: true })
    }
    if (h) {
      exchange.set(h, { name: `${block}.recurrent`, of })
      found.push({ name: `${block}.recurrent`, block, hasInput: false })
    }
  }
  return { exchange, found }
}

/** Input only, then both, then recurrent only, so that each kind of product meets one run of slots. */
function arrange(slots: readonly Slot[]): Slot[] {
  const rank = (s: Slot) => (s.hasInput ? (s.operand ? 1 : 0) : 2)
  const operands = [...new Set(slots.map(s => s.operand))]
  const place = (s: Slot) => rank(s) * operands.length + operands.indexOf(s.operand)
  return slots.toSorted((a, b) => place(a) - place(b))
}
