import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gru } from '../cells/gru.ts'
import { gruResetBefore } from '../cells/gru-reset-before.ts'
import { lstm } from '../cells/lstm.ts'
import { lstmLayerNorm } from '../cells/lstm-layer-norm.ts'
import { lstmPeephole } from '../cells/lstm-peephole.ts'
import { cells } from '../cells/registry.ts'
import { rnn } from '../cells/rnn.ts'
import { definitionsOf } from './definitions.ts'
import { add, div, type Expression, exp, ifLess, mul, neg, sigmoid, sub, tanh, variable } from './expression.ts'
import { identifier, type MathNode, mathmlText, mathOf, numeral } from './mathml.ts'
import { clamp } from './rewrites.ts'

const [a, b, c] = [variable('a'), variable('b'), variable('c')]

/** What a reader sees, one after the other; an index after _ and a power after ^. */
function seen({ tag, content }: MathNode): string {
  if (typeof content === 'string') return content === '\u2061' || content === '\u2062' ? '' : content
  const parts = content.map(seen)
  if (tag === 'msub') return `${parts[0]}_${parts[1]}`
  if (tag === 'msup') return `${parts[0]}^${parts[1]}`
  if (tag === 'msubsup') return `${parts[0]}_${parts[1]}^${parts[2]}`
  if (tag === 'mfrac') return `[${parts[0]}/${parts[1]}]`
  return parts.join('')
}

describe('an expression as MathML', () => {
  it('has brackets where they are needed only', () => {
    const expected: readonly (readonly [Expression, string])[] = [
      [add(a, mul(b, c)), 'a+b⊙c'],
      [mul(add(a, b), c), '(a+b)⊙c'],
      [mul(sub(1, a), b), '(1−a)⊙b'],
      [sub(a, sub(b, c)), 'a−(b−c)'],
      [add(a, add(b, c)), 'a+b+c'],
      [sub(a, neg(b)), 'a−(−b)'],
      [div(add(a, b), c), '[a+b/c]'],
      [exp(sub(a, b)), 'e^a−b'],
      [sigmoid(add(a, b)), 'σ(a+b)'],
    ]
    for (const [e, text] of expected) assert.equal(seen(mathOf(e)), text)
  })

  it('writes what stands for a part in its place, a negative number in brackets', () => {
    const gate = sigmoid(a)
    const as = (e: Expression) => (e === gate ? identifier('f') : e === b ? numeral('-0.50') : undefined)
    assert.equal(seen(mathOf(mul(gate, tanh(b)), { as, times: '·' })), 'f·tanh(−0.50)')
    assert.equal(seen(mathOf(mul(gate, b), { as, times: '·' })), 'f·(−0.50)')
    assert.equal(seen(mathOf(add(gate, b), { as })), 'f+(−0.50)')
    assert.equal(seen(mathOf(add(gate, mul(b, gate)), { as, times: '·' })), 'f+(−0.50·f)')
  })

  it('is well-formed text, escaped', () => {
    const text = mathmlText(mathOf(ifLess(a, b, a, sigmoid(b))))
    assert.match(text, /<mo>&lt;<\/mo>/)
    assert.equal(text.split('<mrow').length, text.split('</mrow>').length)
  })

  it('is of bounded size where parts are shared', () => {
    let e: Expression = a
    for (let k = 0; k < 2000; k++) e = add(e, e)
    assert.ok(mathmlText(mathOf(e)).length < 100_000)
  })
})

describe('the equations of the cells as MathML', () => {
  const lines = (cell: typeof lstm) => {
    const definitions = definitionsOf(cell)
    return Object.fromEntries(
      definitions.map(({ name, expression }) => {
        const as = (e: Expression) => {
          const found = e === expression ? undefined : definitions.find(d => d.expression === e)
          return found && identifier(found.name)
        }
        return [name, seen(mathOf(expression, { as }))]
      }),
    )
  }

  it('lstm', () => {
    assert.deepEqual(lines(lstm), {
      inputGate: 'σ(W_ix_t+U_ih_t−1+b_i)',
      forgetGate: 'σ(W_fx_t+U_fh_t−1+b_f)',
      candidate: 'tanh(W_gx_t+U_gh_t−1+b_g)',
      outputGate: 'σ(W_ox_t+U_oh_t−1+b_o)',
      c: 'forgetGate⊙c_t−1+inputGate⊙candidate',
      h: 'outputGate⊙tanh(c)',
    })
  })

  it('gru: the halves of the candidate apart, each with its bias; reset before: inside of the product', () => {
    assert.equal(lines(gru).candidate, 'tanh(W_nx_t+b_n+resetGate⊙(U_nh_t−1+b_n^′))')
    assert.equal(lines(gru).h, '(1−updateGate)⊙candidate+updateGate⊙h_t−1')
    assert.equal(lines(gruResetBefore).candidate, 'tanh(W_nx_t+U_n(resetGate⊙h_t−1)+b_n)')
  })

  it('layer normalization is one sign, a clamped gate a number', () => {
    assert.equal(lines(lstmLayerNorm).forgetGate, 'σ(LN(W_fx_t+b_f)+LN(U_fh_t−1+b_f^′))')
    assert.equal(lines(clamp(lstm, 'forgetGate', 0.5)).forgetGate, '0.5')
  })
})

describe('the order of equations', () => {
  it('is that of computing', () => {
    const names = (cell: typeof lstm) => definitionsOf(cell).map(({ name }) => name)
    assert.deepEqual(names(lstm), ['inputGate', 'forgetGate', 'candidate', 'outputGate', 'c', 'h'])
    assert.deepEqual(names(lstmPeephole), ['inputGate', 'forgetGate', 'candidate', 'c', 'outputGate', 'h'])
    assert.deepEqual(definitionsOf(rnn)[1].uses, ['candidate'])
  })

  it('follows what is wanted, as far as it can be computed so', () => {
    const wanted = ['h', 'forgetGate', 'inputGate', 'candidate', 'c', 'outputGate']
    const names = definitionsOf(lstm, wanted).map(({ name }) => name)
    assert.deepEqual(names, ['forgetGate', 'inputGate', 'candidate', 'c', 'outputGate', 'h'])
  })

  it('has every equation of every cell after those it uses', () => {
    for (const cell of Object.values(cells)) {
      const done = new Set<string>()
      for (const { name, uses } of definitionsOf(cell)) {
        for (const used of uses) assert.ok(done.has(used), `${cell.name}: ${name} before ${used}`)
        done.add(name)
      }
    }
  })
})
