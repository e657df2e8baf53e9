/**
 * Expressions over named vectors: the language in which a cell, an activation and an optimizer are written.
 *
 * An expression is an immutable tree (shared parts make it a graph). Every node stands for one vector as wide as
 * its context, usually [H]; operations are element by element. Two kinds of leaf reach beyond one element:
 * `input` and `recurrent`, the products of a cell. What an operation computes, and how it is differentiated, stands
 * in `operations.ts`; this file only builds nodes.
 */

/** One node. `args` are computed before it; `name` and `value` belong to leaves. */
export interface Expression {
  /** A leaf kind (below) or a key of `operations`. */
  readonly op: string
  readonly args: readonly Expression[]
  /** Leaves: the name of the quantity, block, state or parameter. */
  readonly name?: string
  /** `constant`: its number. */
  readonly value?: number
}

/** Where a number may stand for an expression. */
export type Operand = Expression | number

/**
 * The leaves:
 * - `constant`   one number, fixed when the program is made
 * - `scalar`     one number that changes from call to call (a learning rate)
 * - `variable`   a vector that the caller of a program binds
 * - `input`      W x + b_ih of the named block, [H]
 * - `recurrent`  U h_{t-1} + b_hh of the named block, [H]; with an argument, U times that quantity
 * - `previous`   the named state one time step before
 * - `parameter`  a vector of the cell's own (a peephole), [H]
 * - `mask`       noise of training: 0 with the probability `value`, else 1/(1 − value); 1 when predicting. Drawn anew
 *                at every step; a `sequenceMask` is drawn once a sequence
 *
 * Two more kinds have an argument but are no operation on single elements:
 * - `rowMean`    the mean over a row's elements, the same number for all of them
 * - `project`    W·q without bias, `value` wide (a share of hiddenSize if below 1); the whole value of a state
 */
export const leafKinds = [
  'constant',
  'scalar',
  'variable',
  'input',
  'recurrent',
  'previous',
  'parameter',
  'mask',
  'sequenceMask',
  'rowMean',
  'project',
] as const

const node = (op: string, args: readonly Expression[]): Expression => ({ op, args })
const named = (op: string, name: string): Expression => ({ op, args: [], name })

export const constant = (value: number): Expression => ({ op: 'constant', args: [], value })
export const scalar = (name: string): Expression => named('scalar', name)
export const variable = (name: string): Expression => named('variable', name)
export const input = (block: string): Expression => named('input', block)
export const previous = (state: string): Expression => named('previous', state)
export const parameter = (name: string): Expression => named('parameter', name)

/** U·of + b_hh of a block; `of` is the previous h when it is not given. */
export function recurrent(block: string, of?: Expression): Expression {
  return { op: 'recurrent', args: of ? [of] : [previous('h')], name: block }
}

/** Noise of training, a mask anew at every step or one a sequence. @param rate Share of zeros, [0, 1). */
export const mask = (name: string, rate: number, per: 'step' | 'sequence'): Expression => ({
  op: per === 'step' ? 'mask' : 'sequenceMask',
  args: [],
  name,
  value: rate,
})

/** The mean over the elements of a row, [H] equal numbers. */
export const rowMean = (q: Operand): Expression => node('rowMean', [toExpression(q)])

/** W·q without bias. @param width  Numbers of the result; below 1: a share of hiddenSize. */
export const project = (name: string, q: Expression, width: number): Expression => ({
  op: 'project',
  args: [q],
  name,
  value: width,
})

/** W x + U h + b of a block: the two halves together. */
export const affine = (block: string, of?: Expression): Expression => add(input(block), recurrent(block, of))

/** A number becomes a constant, an expression stays what it is. */
export const toExpression = (x: Operand): Expression => (typeof x === 'number' ? constant(x) : x)

const unary = (op: string) => (x: Operand) => node(op, [toExpression(x)])
const binary = (op: string) => (x: Operand, y: Operand) => node(op, [toExpression(x), toExpression(y)])
const choice = (op: string) => (a: Operand, b: Operand, x: Operand, y: Operand) =>
  node(op, [a, b, x, y].map(toExpression))

export const add = binary('add')
export const sub = binary('sub')
export const mul = binary('mul')
export const div = binary('div')
export const min = binary('min')
export const max = binary('max')
export const neg = unary('neg')
export const exp = unary('exp')
export const log = unary('log')
export const sqrt = unary('sqrt')
export const abs = unary('abs')
export const erf = unary('erf')
export const sigmoid = unary('sigmoid')
export const tanh = unary('tanh')
export const relu = unary('relu')
export const softplus = unary('softplus')
export const logSigmoid = unary('logSigmoid')
export const leakyRelu = unary('leakyRelu')
export const elu = unary('elu')
export const gelu = unary('gelu')
export const silu = unary('silu')
export const softsign = unary('softsign')
export const hardSigmoid = unary('hardSigmoid')
export const hardTanh = unary('hardTanh')

/** a < b ? x : y, element by element. No gradient reaches a or b. */
export const ifLess = choice('ifLess')
/** a ≤ b ? x : y. */
export const ifLessEqual = choice('ifLessEqual')
/** a = b ? x : y. */
export const ifEqual = choice('ifEqual')

/** An operation by its name, as read from a model file or an option. */
export const apply = (op: string, args: readonly Expression[]): Expression => node(op, args)

/**
 * Every node below the roots, arguments before what uses them; each object once. No recursion, so that a deep graph
 * from a file cannot exhaust the stack.
 *
 * @param isKnown  Nodes to leave out, with what is below them.
 */
export function topological(roots: readonly Expression[], isKnown?: (e: Expression) => boolean): Expression[] {
  const order: Expression[] = []
  const seen = new Set<Expression>()
  const stack: [Expression, number][] = []
  const enter = (e: Expression) => {
    if (seen.has(e) || isKnown?.(e)) return
    seen.add(e)
    stack.push([e, 0])
  }
  for (const root of roots) {
    enter(root)
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as [Expression, number]
      const [e, next] = top
      if (next < e.args.length) {
        top[1] = next + 1
        enter(e.args[next] as Expression)
      } else {
        order.push(e)
        stack.pop()
      }
    }
  }
  return order
}
