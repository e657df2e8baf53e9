/**
 * What can be wrong with a system of equations, whether written in a program or read from a file.
 */
import { shown } from '../errors/shown.ts'
import { type Equations, rootsOf } from '../formula/equations.ts'
import { type Expression, topological } from '../formula/expression.ts'
import { Graph } from '../formula/graph.ts'
import { operations } from '../formula/operations.ts'

/** Far above any cell that makes sense; they bound the time that compiling a cell from a file can take. */
export const NODES_MAX = 10_000
export const STATES_MAX = 100
export const BLOCKS_MAX = 100
export const PARAMETERS_MAX = 100
export const QUANTITIES_MAX = 1000
export const NAME_CHARACTERS_MAX = 100
export const WIDTH_MAX = 65_536

/** Names become names of tensors, text in equations and keys of objects, so not what every object has (`toString`). */
const NAME = /^\p{L}[\p{L}\p{N}_-]*$/u
/** What the tensors of the blocks are called (`weight_ih_l0`). */
const TAKEN = /^(?:weight|bias)_/

/** The first fault, `expected <what>, got <value>. <What to do.>`, or null. */
export function faultOf(cell: Equations): string | null {
  return (
    countFault(cell) ??
    nameFault(cell) ??
    stateFault(cell) ??
    nodeFault(cell) ??
    operandFault(cell) ??
    projectionFault(cell)
  )
}

function countFault(cell: Equations): string | null {
  const states = Object.keys(cell.state).length
  if (states === 0) return 'expected at least one state, got none. Return { state: { h: … } }.'
  const counts = [
    ['states', states, STATES_MAX],
    ['blocks of weights', cell.blocks.length, BLOCKS_MAX],
    ['parameters', cell.parameters.length, PARAMETERS_MAX],
    ['quantities', Object.keys(cell.quantities).length, QUANTITIES_MAX],
    ['nodes', topological(rootsOf(cell)).length, NODES_MAX],
  ] as const
  const over = counts.find(([, count, most]) => count > most)
  return over ? `expected at most ${over[2]} ${over[0]}, got ${over[1]}. Write a smaller cell.` : null
}

function nameFault(cell: Equations): string | null {
  const blocks = cell.blocks.map(b => b.name)
  const lists = [Object.keys(cell.state), Object.keys(cell.quantities), blocks, cell.parameters]
  const bad = lists.flat().find(name => name.length > NAME_CHARACTERS_MAX || !NAME.test(name) || name in {})
  if (bad !== undefined) {
    const rule = `names of at most ${NAME_CHARACTERS_MAX} letters, digits, _ and -, a letter first`
    return `expected ${rule}, got ${shown(bad)}. Choose another name.`
  }
  const twice = [blocks, cell.parameters].flatMap(list => list.filter((name, k) => list.indexOf(name) !== k))[0]
  if (twice !== undefined) return `expected each block and parameter once, got "${twice}" twice.`
  const taken = cell.parameters.find(p => TAKEN.test(p))
  if (taken === undefined) return null
  return `expected a parameter's name not to begin with weight_ or bias_, got "${taken}". Choose another name.`
}

function stateFault(cell: Equations): string | null {
  const states = Object.keys(cell.state)
  if (!states.includes(cell.output)) {
    return `expected the output to be a state (${states.join(', ')}), got "${cell.output}". Name a state in output.`
  }
  const strange = Object.keys(cell.first).find(s => !states.includes(s))
  if (strange !== undefined) return `expected first values for states (${states.join(', ')}), got "${strange}".`
  const infinite = states.find(s => Object.hasOwn(cell.first, s) && !Number.isFinite(cell.first[s]))
  if (infinite === undefined) return null
  return `expected a finite first value for state "${infinite}", got ${shown(cell.first[infinite])}.`
}

function nodeFault(cell: Equations): string | null {
  const states = Object.keys(cell.state)
  const blocks = new Map(cell.blocks.map(b => [b.name, b]))
  for (const e of topological(rootsOf(cell))) {
    const name = e.name as string
    if (e.op === 'previous' && !states.includes(name)) {
      return `expected previous(…) of a state (${states.join(', ')}), got "${name}". Define it in state.`
    }
    const isKnown =
      (e.op !== 'input' || blocks.get(name)?.hasInput) &&
      (e.op !== 'recurrent' || blocks.get(name)?.hasRecurrent) &&
      (e.op !== 'parameter' || cell.parameters.includes(name))
    if (!isKnown) {
      return `expected weights that the cell has, got ${e.op}("${name}"). Make them with defineCell's builder.`
    }
    const fault = shapeFault(e)
    if (fault) return fault
  }
  return null
}

const cellLeaves = new Map(
  Object.entries({
    constant: 0,
    input: 0,
    previous: 0,
    parameter: 0,
    recurrent: 1,
    mask: 0,
    sequenceMask: 0,
    rowMean: 1,
    project: 1,
  }),
)

/** A node that no program could compute. */
function shapeFault(e: Expression): string | null {
  const arity = cellLeaves.get(e.op) ?? (Object.hasOwn(operations, e.op) ? operations[e.op]?.arity : undefined)
  if (arity === undefined) {
    return `expected input, recurrent, previous, parameter, constants and operations, got ${shown(e.op)}.`
  }
  if (e.args.length !== arity)
    return `expected ${e.op} with ${arity} argument${arity === 1 ? '' : 's'}, got ${e.args.length}.`
  if ((e.op === 'mask' || e.op === 'sequenceMask') && !((e.value as number) >= 0 && (e.value as number) < 1)) {
    return `expected a mask's rate from 0 up to but not including 1, got ${shown(e.value)}.`
  }
  if (e.op === 'project' && !((e.value as number) > 0 && (e.value as number) <= WIDTH_MAX)) {
    return `expected a projection's width above 0, at most ${WIDTH_MAX}, got ${shown(e.value)}.`
  }
  if (e.op !== 'constant' || (typeof e.value === 'number' && !Number.isNaN(e.value))) return null
  return `expected a number for a constant, got ${shown(e.value)}.`
}

/**
 * A projection is the whole value of a state, and such a state, having another width, meets the rest of the equations
 * only in products.
 */
function projectionFault(cell: Equations): string | null {
  const roots = Object.values(cell.state)
  const projected = Object.keys(cell.state).filter(s => cell.state[s]?.op === 'project')
  const order = topological(rootsOf(cell))
  if (order.some(e => e.op === 'project' && !roots.includes(e))) {
    return 'expected a projection to be the whole value of a state, got one inside an expression. Return it in state.'
  }
  const isProjected = (e: Expression) =>
    e.op === 'project' || (e.op === 'previous' && projected.includes(e.name as string))
  const user = order.find(e => e.op !== 'recurrent' && e.args.some(isProjected))
  const quantity = Object.keys(cell.quantities).find(q => isProjected(cell.quantities[q] as Expression))
  if (user || quantity !== undefined) {
    const states = projected.join(', ')
    return `expected a projected state (${states}) to stand in products only, got it in ${quantity ?? user?.op}.`
  }
  const names = new Set(order.flatMap(e => (e.op === 'project' ? [e.name] : [])))
  if (names.size !== projected.length) return 'expected each projection to have a name of its own, got one twice.'
  const widths = order.filter(e => e.op === 'recurrent').map(e => isProjected(e.args[0] as Expression))
  if (!widths.includes(true) || !widths.includes(false)) return null
  return 'expected all recurrent blocks to have operands of one width, got a projected state and others.'
}

function operandFault(cell: Equations): string | null {
  const graph = new Graph()
  const operands = new Map<string, Expression>()
  for (const e of topological(rootsOf(cell))) {
    if (e.op !== 'recurrent') continue
    const [name, operand] = [e.name as string, graph.add(e.args[0] as Expression)]
    if ((operands.get(name) ?? operand) !== operand) {
      return `expected one operand for the weights of block "${name}", got two. Give each its own block.`
    }
    operands.set(name, operand)
  }
  return null
}
