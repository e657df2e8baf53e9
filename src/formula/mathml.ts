/**
 * Expressions as MathML: what a person would write on a board, with signs or with this step's numbers in their places.
 * The result is plain data, which a page makes into elements and `mathmlText` into text.
 */
import { type Expression, topological } from './expression.ts'
import { normalized } from './layer-norm.ts'
import { operations } from './operations.ts'

export interface MathNode {
  /** `mi`, `mn`, `mo`, `mrow`, `msub`, … of MathML Core. */
  readonly tag: string
  readonly attributes?: Readonly<Record<string, string>>
  /** A token's text, or the parts of anything else. */
  readonly content: string | readonly MathNode[]
}

/** How an expression is written. */
export interface MathStyle {
  /** What stands for a whole expression (a quantity's sign, a number); undefined: it is written by its parts. */
  readonly as?: (e: Expression) => MathNode | undefined
  /** W x or U h of `input` or `recurrent`, without the bias. @param operand  x or h. @default the signs */
  readonly product?: (leaf: Expression, operand: MathNode) => MathNode
  /** The bias of one leaf, or the sum of those of both halves of a block. @default b with the block's name */
  readonly bias?: (leaves: readonly Expression[]) => MathNode
  /** Between factors. @default ⊙ */
  readonly times?: string
}

export const math = (tag: string, ...content: readonly MathNode[]): MathNode => ({ tag, content })
export const identifier = (text: string): MathNode => ({ tag: 'mi', content: text })
export const operator = (text: string): MathNode => ({ tag: 'mo', content: text })
/** With a real minus. */
export const numeral = (text: string): MathNode => ({ tag: 'mn', content: text.replace('-', '−') })

/** `f` with the index `t`. A name of several letters is upright, as MathML has it. */
export const indexed = (sign: MathNode, ...index: readonly MathNode[]): MathNode =>
  math('msub', sign, index.length === 1 ? index[0] : math('mrow', ...index))

const now = identifier('t')
/** t − 1. */
export const stepBefore: readonly MathNode[] = [now, operator('−'), numeral('1')]

const SUM = 1
const PRODUCT = 2
const SIGN = 3
const ATOM = 4
const FUNCTION_SIGNS: Readonly<Record<string, string>> = { sigmoid: 'σ', log: 'ln' }
/** With what holds otherwise. */
const COMPARISONS: Readonly<Record<string, readonly [string, string]>> = {
  ifLess: ['<', '≥'],
  ifLessEqual: ['≤', '>'],
  ifEqual: ['=', '≠'],
}

/** Shared parts can make a formula grow without bound: what is larger is left out. */
const NODES_MOST = 600

interface Written {
  readonly node: MathNode
  readonly strength: number
  readonly size: number
}

/** @returns  One node, for a `math` element. */
export function mathOf(expression: Expression, style: MathStyle = {}): MathNode {
  const written = new Map<Expression, Written>()
  const isNamed = (e: Expression) => style.as?.(e) !== undefined
  for (const e of topological([expression], node => isNamed(node) && node !== expression)) {
    const of = (part: Expression): Written => written.get(part) ?? standing(style.as?.(part) as MathNode)
    const made = style.as?.(e) ? standing(style.as(e) as MathNode) : writtenNode(e, of, style)
    written.set(e, made.size > NODES_MOST ? { node: operator('…'), strength: ATOM, size: 1 } : made)
  }
  return (written.get(expression) as Written).node
}

type Of = (part: Expression) => Written

/** A number below zero holds its sign no tighter than −x does. */
const standing = (node: MathNode): Written => ({
  node,
  strength: typeof node.content === 'string' && node.content.startsWith('−') ? SIGN : ATOM,
  size: 1,
})

const atom = (node: MathNode, ...parts: readonly Written[]): Written => ({
  node,
  strength: ATOM,
  size: parts.reduce((sum, { size }) => sum + size, 1),
})

const row = (strength: number, parts: readonly Written[], ...content: readonly MathNode[]): Written => ({
  ...atom(math('mrow', ...content), ...parts),
  strength,
})

/** Brackets grow with what is tall, not with an index. */
function inBrackets(node: MathNode): MathNode {
  const attributes = isTall(node) ? {} : { attributes: { stretchy: 'false' } }
  const bracket = (text: string): MathNode => ({ ...operator(text), ...attributes })
  return math('mrow', bracket('('), node, bracket(')'))
}

const isTall = ({ tag, content }: MathNode): boolean =>
  tag === 'mfrac' || tag === 'mtable' || (typeof content !== 'string' && content.some(isTall))
const held = ({ node, strength }: Written, least: number): MathNode => (strength < least ? inBrackets(node) : node)

function writtenNode(e: Expression, of: Of, style: MathStyle): Written {
  const whole = normalized(e)
  if (whole) return call('LN', [of(whole)])
  if (isAffine(e)) return affine(e, of, style)
  const parts = operations[e.op] ? e.args.map(of) : []
  const [a, b] = parts
  switch (e.op) {
    case 'add':
    case 'sub':
      return row(SUM, parts, held(a, SUM), operator(e.op === 'add' ? '+' : '−'), held(b, afterSign(e, b)))
    case 'mul':
      // −2 · x begins with a sign as −2 does.
      return row(
        a.strength === SIGN ? SIGN : PRODUCT,
        parts,
        held(a, PRODUCT),
        operator(style.times ?? '⊙'),
        held(b, ATOM),
      )
    case 'div':
      return atom(math('mfrac', a.node, b.node), a, b)
    case 'neg':
      return row(SIGN, parts, operator('−'), held(a, ATOM))
    case 'exp':
      return atom(math('msup', identifier('e'), a.node), a)
    case 'sqrt':
      return atom(math('msqrt', a.node), a)
    case 'abs':
      return atom(math('mrow', operator('|'), a.node, operator('|')), a)
  }
  const signs = COMPARISONS[e.op]
  if (signs) return cases(signs, parts)
  if (operations[e.op]) return call(FUNCTION_SIGNS[e.op] ?? e.op, parts)
  return leafNode(e, of, style)
}

/** a + (−b) and a − (b + c) need what a + b + c does not. */
const afterSign = (e: Expression, b: Written): number =>
  b.strength === SIGN ? ATOM : e.op === 'sub' || b.strength !== SUM ? PRODUCT : SUM

function call(name: string, parts: readonly Written[]): Written {
  const inner = parts.flatMap(({ node }, k) => (k === 0 ? [node] : [operator(','), node]))
  // The sign that means "applied to" keeps a name and its bracket together, and is read aloud.
  return atom(math('mrow', identifier(name), operator('\u2061'), inBrackets(math('mrow', ...inner))), ...parts)
}

/** { x where a < b, y where a ≥ b }, as a table of two rows. */
function cases([sign, otherwise]: readonly [string, string], parts: readonly Written[]): Written {
  const [a, b, x, y] = parts.map(({ node }) => node)
  const line = (...cells: readonly MathNode[]) => math('mtr', ...cells.map(cell => math('mtd', cell)))
  const where = (compared: string) => math('mrow', a, operator(compared), b)
  const table = math('mtable', line(x, where(sign)), line(y, where(otherwise)))
  return atom(math('mrow', operator('{'), table), ...parts)
}

/** W x + U h + b of one block: both biases are one. */
const isAffine = ({ op, args: [a, b] }: Expression): boolean =>
  op === 'add' && a.op === 'input' && b.op === 'recurrent' && a.name === b.name

function affine({ args: [a, b] }: Expression, of: Of, style: MathStyle): Written {
  const products = [productOf(a, of, style), productOf(b, of, style)]
  const all = [...products, standing(biasOf([a, b], style))]
  const content = all.flatMap((part, k) => (k === 0 ? [held(part, SUM)] : [operator('+'), held(part, ATOM)]))
  return row(SUM, all, ...content)
}

const half = (e: Expression): string => (e.op === 'input' ? 'W' : 'U')

function productOf(e: Expression, of: Of, style: MathStyle): Written {
  const operand = e.op === 'input' ? standing(indexed(identifier('x'), now)) : of(e.args[0])
  const given = style.product?.(e, operand.node)
  if (given) return standing(given)
  const weight = indexed(identifier(half(e)), identifier(String(e.name)))
  return { ...row(ATOM, [operand], weight, operator('\u2062'), held(operand, ATOM)), strength: ATOM }
}

function biasOf(leaves: readonly Expression[], style: MathStyle): MathNode {
  const given = style.bias?.(leaves)
  if (given) return given
  const [leaf] = leaves
  const isSecond = leaves.length === 1 && leaf.op === 'recurrent'
  const [sign, block] = [identifier('b'), identifier(String(leaf.name))]
  return isSecond ? math('msubsup', sign, block, operator('′')) : indexed(sign, block)
}

function leafNode(e: Expression, of: Of, style: MathStyle): Written {
  const name = String(e.name)
  switch (e.op) {
    case 'constant':
      return standing(numeral(String(e.value)))
    case 'previous':
      return standing(indexed(identifier(name), ...stepBefore))
    case 'input':
    case 'recurrent': {
      const parts = [productOf(e, of, style), standing(biasOf([e], style))]
      return row(SUM, parts, held(parts[0], SUM), operator('+'), held(parts[1], ATOM))
    }
    case 'rowMean': {
      const part = of(e.args[0])
      return atom(math('mover', part.node, operator('¯')), part)
    }
    case 'project': {
      const part = of(e.args[0])
      return row(PRODUCT, [part], indexed(identifier('W'), identifier(name)), operator('\u2062'), held(part, ATOM))
    }
    default:
      return standing(identifier(name))
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, c => ESCAPES[c])

/** `<mrow>…</mrow>`, to be put into a `math` element. */
export function mathmlText({ tag, attributes = {}, content }: MathNode): string {
  const inside = typeof content === 'string' ? escaped(content) : content.map(mathmlText).join('')
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`)
  return `<${tag}${written.join('')}>${inside}</${tag}>`
}
