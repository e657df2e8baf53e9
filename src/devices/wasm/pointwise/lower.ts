/**
 * From a program to the nodes that a kernel computes: operations expanded to primitives, equal parts shared, sums with
 * a product made multiply-adds.
 */
import { add, type Expression, topological, variable } from '../../../formula/expression.ts'
import { Graph } from '../../../formula/graph.ts'
import { expandOnce } from '../../../formula/operations.ts'
import type { Program } from '../../../formula/program.ts'
import { instructions } from './instructions.ts'

/** A leaf's place in the parameter block. */
export interface Binding {
  readonly kind: 'matrix' | 'column' | 'scalar'
  /** Which of the operands (inputs, then outputs), or which of the scalars. */
  readonly index: number
}

export interface Lowered {
  /** What each output stores. */
  readonly roots: readonly Expression[]
  /** Every node, arguments first: constants, `variable` and `scalar` leaves, and keys of `instructions`. */
  readonly nodes: readonly Expression[]
  /** Where each leaf that is no constant is found. */
  readonly bindings: ReadonlyMap<Expression, Binding>
}

/** The name under which an accumulating output reads what stands in it; no name of a program begins like that. */
const accumulatorName = (index: number) => `\u0000${index}`

export function lower(program: Program): Lowered {
  const graph = new Graph()
  const lowerer = new Map<Expression, Expression>()
  const roots = program.outputs.map(({ value, accumulate }, i) => {
    const whole = accumulate ? add(variable(accumulatorName(i)), value) : value
    return expand(graph, whole, lowerer)
  })
  const contracted = contract(roots)
  const nodes = topological(contracted)
  return { roots: contracted, nodes, bindings: bind(program, nodes) }
}

/** The expression with every operation that has no instruction written in others, in the graph. */
function expand(graph: Graph, root: Expression, done: Map<Expression, Expression>): Expression {
  for (const e of topological([root], node => done.has(node))) {
    const rebuilt =
      e.args.length === 0
        ? graph.add(e)
        : graph.rebuild(
            e,
            e.args.map(a => done.get(a) as Expression),
          )
    done.set(e, rebuilt)
    // Simplification may have made another node of it, which is then known.
    if (rebuilt.args.length === 0 || instructions[rebuilt.op]) continue
    const expansion = expandOnce(rebuilt)
    if (!expansion) throw new Error(`internal: there is no instruction for the operation ${rebuilt.op}`)
    for (const a of rebuilt.args) done.set(a, a)
    done.set(e, expand(graph, expansion, done))
  }
  return done.get(root) as Expression
}

/**
 * Sums with a product become multiply-adds: always, whoever else uses the product, so that the value of an expression
 * depends on the expression alone (recorded or not, the bits are the same).
 */
function contract(roots: readonly Expression[]): Expression[] {
  const done = new Map<Expression, Expression>()
  const of = (e: Expression) => done.get(e) as Expression
  for (const e of topological(roots)) {
    const [a, b] = e.args
    if (e.op === 'add' && b.op === 'mul') done.set(e, { op: 'madd', args: [a, ...b.args].map(of) })
    else if (e.op === 'add' && a.op === 'mul') done.set(e, { op: 'madd', args: [b, ...a.args].map(of) })
    else if (e.op === 'sub' && b.op === 'mul') done.set(e, { op: 'nmadd', args: [a, ...b.args].map(of) })
    else done.set(e, e.args.length === 0 ? e : { op: e.op, args: e.args.map(of) })
  }
  return roots.map(of)
}

function bind(program: Program, nodes: readonly Expression[]): Map<Expression, Binding> {
  const byName = new Map<string, Binding>()
  program.inputs.forEach(({ name, kind }, index) => {
    byName.set(name, { kind, index })
  })
  program.outputs.forEach((_, i) => {
    byName.set(accumulatorName(i), { kind: 'matrix', index: program.inputs.length + i })
  })
  const bindings = new Map<Expression, Binding>()
  for (const e of nodes) {
    if (e.args.length > 0 || e.op === 'constant') continue
    const name = e.name as string
    const scalar = e.op === 'scalar' ? program.scalars.indexOf(name) : -1
    const binding: Binding | undefined = scalar >= 0 ? { kind: 'scalar', index: scalar } : byName.get(name)
    if (!binding || (e.op !== 'scalar' && e.op !== 'variable')) {
      throw new Error(`internal: the program does not bind the ${e.op} ${name}`)
    }
    bindings.set(e, binding)
  }
  return bindings
}
