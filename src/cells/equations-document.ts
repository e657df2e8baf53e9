/**
 * A cell as plain JSON, its place in a model file, and back. No code is run from it.
 *
 *   {"name": "rnn",
 *    "nodes": [["input", "h"], ["previous", "h"], ["recurrent", "h", 1], ["add", 0, 2], ["tanh", 3]],
 *    "state": {"h": 4}, "quantities": {"candidate": 4}, "output": "h", "first": {},
 *    "blocks": [{"name": "h", "input": true, "recurrent": true}], "parameters": [], "parameterValues": {},
 *    "initialization": null}
 *
 * A node is [operation, arguments…], an argument the index of an earlier node; leaves are ["constant", number],
 * ["input", block], ["recurrent", block, operand], ["previous", state], ["parameter", name], ["mask", name, rate] and
 * ["sequenceMask", name, rate]; ["project", name, width, quantity] is a state's whole value. A part that is used
 * twice is one node, and equal parts stay two where they were two: a rewrite changes one of them. What JSON has no
 * number for is written as "Infinity", "-Infinity" and "-0"; not-a-number is refused.
 *
 * Blocks and parameters have lists of their own, since their order is the weights' and a clamp may leave one that no
 * node mentions.
 */
import { ModelFileError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import { type Block, rootsOf } from '../formula/equations.ts'
import { apply, constant, type Expression, topological } from '../formula/expression.ts'
import { operations } from '../formula/operations.ts'
import type { Cell } from './define.ts'
import {
  BLOCKS_MAX,
  faultOf,
  NAME_CHARACTERS_MAX,
  NODES_MAX,
  PARAMETERS_MAX,
  QUANTITIES_MAX,
  STATES_MAX,
} from './faults.ts'

export type EquationsDocument = {
  readonly name: string
  readonly nodes: readonly (readonly (string | number)[])[]
  readonly state: Readonly<Record<string, number>>
  readonly quantities: Readonly<Record<string, number>>
  readonly output: string
  readonly first: Readonly<Record<string, number>>
  readonly blocks: readonly { readonly name: string; readonly input: boolean; readonly recurrent: boolean }[]
  readonly parameters: readonly string[]
  readonly parameterValues: Readonly<Record<string, number>>
  readonly initialization: string | null
}

/** Constants that JSON has no number for. */
const SPECIAL_CONSTANTS = new Map([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

/** The cell as a document; the same cell gives the same document. */
export function equationsToDocument(cell: Cell): EquationsDocument {
  const order = topological(rootsOf(cell))
  const places = new Map(order.map((e, k) => [e, k]))
  const place = (e: Expression) => places.get(e) as number
  const rows = (record: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(record).map(([name, e]) => [name, place(e)]))
  return {
    name: cell.name,
    nodes: order.map(e => {
      if (e.op === 'constant') return ['constant', writtenConstant(e.value as number)]
      const head = [e.name, e.value].filter(part => part !== undefined)
      return [e.op, ...head, ...e.args.map(place)]
    }),
    state: rows(cell.state),
    quantities: rows(cell.quantities),
    output: cell.output,
    // + 0: JSON has no −0, and a state that starts there starts at 0.
    first: Object.fromEntries(Object.entries(cell.first).map(([name, value]) => [name, value + 0])),
    blocks: cell.blocks.map(b => ({ name: b.name, input: b.hasInput, recurrent: b.hasRecurrent })),
    parameters: [...cell.parameters],
    parameterValues: { ...cell.parameterValues },
    initialization: cell.initialization,
  }
}

function writtenConstant(value: number): number | string {
  const special = [...SPECIAL_CONSTANTS].find(([, number]) => Object.is(number, value))
  return special ? special[0] : value
}

/**
 * The cell of a document that may be damaged or hostile.
 *
 * @param document  What JSON.parse gave; read, never kept.
 * @throws {ModelFileError} what is wrong, with the node's index.
 */
export function cellFromDocument(document: unknown): Cell {
  const parts = asRecord(document, 'cell')
  const nodes = readNodes(parts.get('nodes'))
  const roots = (key: 'state' | 'quantities', most: number) =>
    readRecord(parts.get(key), `cell.${key}`, most, (k, where) => nodeAt(nodes, k, where))
  const cell: Cell = {
    name: readName(parts.get('name'), 'cell.name'),
    state: roots('state', STATES_MAX),
    quantities: roots('quantities', QUANTITIES_MAX),
    output: readName(parts.get('output'), 'cell.output'),
    first: readRecord(parts.get('first'), 'cell.first', STATES_MAX, readNumber),
    blocks: asArray(parts.get('blocks'), 'cell.blocks', BLOCKS_MAX).map(readBlock),
    parameters: asArray(parts.get('parameters'), 'cell.parameters', PARAMETERS_MAX).map((name, k) =>
      readName(name, `cell.parameters[${k}]`),
    ),
    initialization: readInitialization(parts.get('initialization')),
    parameterValues: readRecord(parts.get('parameterValues'), 'cell.parameterValues', PARAMETERS_MAX, readNumber),
  }
  const fault = faultOf(cell)
  if (fault) throw new ModelFileError(`model file, cell: ${fault}`)
  return cell
}

function readInitialization(value: unknown): Cell['initialization'] {
  if (value === null || value === 'identity') return value
  throw refused('cell.initialization', 'null or "identity"', value)
}

function readNodes(value: unknown): Expression[] {
  const nodes: Expression[] = []
  for (const [k, row] of asArray(value, 'cell.nodes', NODES_MAX).entries()) {
    nodes.push(readNode(row, nodes, `cell.nodes[${k}]`))
  }
  return nodes
}

/** How many numbers and earlier nodes stand after each leaf's name. */
const namedLeaves = new Map(
  Object.entries({
    input: [0, 0],
    previous: [0, 0],
    parameter: [0, 0],
    recurrent: [0, 1],
    mask: [1, 0],
    sequenceMask: [1, 0],
    project: [1, 1],
  }),
)

/** One node; `nodes` are those before it. */
function readNode(row: unknown, nodes: readonly Expression[], where: string): Expression {
  const [op, ...rest] = asArray(row, where, Number.POSITIVE_INFINITY)
  if (typeof op !== 'string') throw refused(where, 'the name of an operation first', op)
  if (op === 'constant') {
    if (rest.length !== 1) throw refused(where, 'one number for a constant', row)
    return constant(readConstant(rest[0], where))
  }
  const named = namedLeaves.get(op)
  const arity = op === 'rowMean' ? 1 : Object.hasOwn(operations, op) ? operations[op]?.arity : undefined
  const [numbers, nodesAfter] = named ?? [0, arity]
  if (numbers === undefined || nodesAfter === undefined) {
    const near = didYouMean(op.slice(0, NAME_CHARACTERS_MAX), [...Object.keys(operations), ...namedLeaves.keys()])
    throw refused(where, 'an operation that this version knows', op, near)
  }
  const given = named ? rest.slice(1) : rest
  const expected = numbers + nodesAfter
  if (given.length !== expected) {
    const what = numbers === 0 ? 'earlier node' : 'argument'
    throw refused(where, `${op} with ${expected} ${what}${expected === 1 ? '' : 's'}`, given.length)
  }
  const args = given.slice(numbers).map(k => nodeAt(nodes, k, where))
  if (!named) return apply(op, args)
  const leaf = { op, args, name: readName(rest[0], where) }
  return numbers === 0 ? leaf : { ...leaf, value: readNumber(given[0], where) }
}

/** Node k of those that are there so far. */
function nodeAt(nodes: readonly Expression[], k: unknown, where: string): Expression {
  const node = Number.isInteger(k) ? nodes[k as number] : undefined
  if (node) return node
  throw refused(where, nodes.length === 0 ? 'no argument for the first node' : `a node 0 to ${nodes.length - 1}`, k)
}

function readConstant(value: unknown, where: string): number {
  const special = typeof value === 'string' ? SPECIAL_CONSTANTS.get(value) : undefined
  return special ?? readNumber(value, where)
}

function readNumber(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refused(where, 'a number', value)
  return value
}

function readName(value: unknown, where: string): string {
  if (typeof value !== 'string') throw refused(where, 'a name', value)
  if (value.length > NAME_CHARACTERS_MAX) {
    throw refused(where, `a name of at most ${NAME_CHARACTERS_MAX} characters`, value)
  }
  return value
}

function readBlock(value: unknown, k: number): Block {
  const where = `cell.blocks[${k}]`
  const parts = asRecord(value, where)
  const half = (key: string): boolean => {
    const has = parts.get(key)
    if (typeof has !== 'boolean') throw refused(`${where}.${key}`, 'true or false', has)
    return has
  }
  const name = readName(parts.get('name'), `${where}.name`)
  const block = { name, hasInput: half('input'), hasRecurrent: half('recurrent') }
  if (!block.hasInput && !block.hasRecurrent) throw refused(where, 'an input or a recurrent half', 'neither')
  return block
}

/** An object's own entries as a map: a key such as `__proto__` is a key like any other. */
function asRecord(value: unknown, where: string): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(where, 'an object', value)
  return new Map(Object.entries(value))
}

function readRecord<T>(
  value: unknown,
  where: string,
  most: number,
  read: (item: unknown, where: string) => T,
): Record<string, T> {
  const entries = [...asRecord(value, where)]
  if (entries.length > most) throw refused(where, `at most ${most} entries`, entries.length)
  return Object.fromEntries(entries.map(([key, item]) => [readName(key, where), read(item, `${where}[${shown(key)}]`)]))
}

function asArray(value: unknown, where: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw refused(where, 'an array', value)
  if (value.length > most) throw refused(where, `at most ${most} items`, value.length)
  return value
}

function refused(where: string, expected: string, got: unknown, hint = ''): ModelFileError {
  return new ModelFileError(
    `model file, ${where}: expected ${expected}, got ${got === undefined ? 'nothing' : shown(got)}.${hint} ` +
      'The file is damaged or was changed by hand: get it again or train again.',
  )
}
