import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineCell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { gruResetBefore } from '../cells/gru-reset-before.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import {
  add,
  constant,
  div,
  type Expression,
  ifLess,
  max,
  mul,
  neg,
  sigmoid,
  sub,
  tanh,
  variable,
} from './expression.ts'
import { print, printEquations } from './print.ts'
import { clamp, replace } from './rewrites.ts'

const [a, b, c] = [variable('a'), variable('b'), variable('c')]

describe('an expression as text', () => {
  const cases: readonly (readonly [Expression, string])[] = [
    [add(a, mul(b, c)), 'a + b * c'],
    [mul(add(a, b), c), '(a + b) * c'],
    [mul(a, add(b, c)), 'a * (b + c)'],
    [sub(a, sub(b, c)), 'a - (b - c)'],
    [sub(a, add(b, c)), 'a - (b + c)'],
    [sub(sub(a, b), c), 'a - b - c'],
    [add(a, sub(b, c)), 'a + b - c'],
    [div(a, mul(b, c)), 'a / (b * c)'],
    [div(div(a, b), c), 'a / b / c'],
    [mul(mul(a, b), c), 'a * b * c'],
    [neg(a), '-a'],
    [neg(neg(a)), '-(-a)'],
    [neg(mul(a, b)), '-(a * b)'],
    [neg(constant(-1)), '-(-1)'],
    [mul(neg(a), b), '-a * b'],
    [sub(a, neg(b)), 'a - (-b)'],
    [mul(a, -2), 'a * (-2)'],
    [add(-2, a), '-2 + a'],
    [sigmoid(add(a, 1)), 'sigmoid(a + 1)'],
    [max(a, sub(b, c)), 'max(a, b - c)'],
    [ifLess(a, 0, neg(a), a), 'ifLess(a, 0, -a, a)'],
    [constant(1e-8), '1e-8'],
  ]
  it('has parentheses where they are needed only', () => {
    for (const [e, text] of cases) assert.equal(print(e), text)
  })

  it('prints named parts by their names', () => {
    const gate = sigmoid(a)
    assert.equal(print(mul(gate, tanh(add(gate, b))), new Map([[gate, 'gate']])), 'gate * tanh(gate + b)')
  })

  it('is of bounded length, in bounded time, where parts are shared', () => {
    let e: Expression = a
    for (let k = 0; k < 5000; k++) e = add(e, e)
    const text = print(e)
    assert.ok(text.length < 5000 && text.includes('…'), `${text.length} characters`)
  })
})

describe('the equations of a cell as text', () => {
  it('lstm: gate by gate, the cell state before the hidden state', () => {
    assert.deepEqual(printEquations(lstm), [
      "inputGate = sigmoid(W_i x[t] + b_i + U_i h[t-1] + b'_i)",
      "forgetGate = sigmoid(W_f x[t] + b_f + U_f h[t-1] + b'_f)",
      "candidate = tanh(W_g x[t] + b_g + U_g h[t-1] + b'_g)",
      "outputGate = sigmoid(W_o x[t] + b_o + U_o h[t-1] + b'_o)",
      'c[t] = forgetGate * c[t-1] + inputGate * candidate',
      'h[t] = outputGate * tanh(c[t])',
    ])
  })

  it('gru: the reset gate between the halves of the candidate, or inside its product', () => {
    assert.deepEqual(printEquations(gru).slice(2), [
      "candidate = tanh(W_n x[t] + b_n + resetGate * (U_n h[t-1] + b'_n))",
      'h[t] = (1 - updateGate) * candidate + updateGate * h[t-1]',
    ])
    const candidate = "candidate = tanh(W_n x[t] + b_n + U_n (resetGate * h[t-1]) + b'_n)"
    assert.equal(printEquations(gruResetBefore)[2], candidate)
  })

  it('rnn: a state that is a quantity is printed by its name', () => {
    const line = "candidate = tanh(W_h x[t] + b_h + U_h h[t-1] + b'_h)"
    assert.deepEqual(printEquations(rnn), [line, 'h[t] = candidate'])
  })

  it('shows what a rewrite changed', () => {
    assert.equal(printEquations(clamp(lstm, 'forgetGate', 0.5))[1], 'forgetGate = 0.5')
    assert.equal(
      printEquations(clamp(lstm, 'forgetGate', 0.5))[4],
      'c[t] = forgetGate * c[t-1] + inputGate * candidate',
    )
    const faded = printEquations(replace(gru, 'updateGate', z => mul(z, 0.9)))
    assert.equal(faded[1], "updateGate = sigmoid(W_z x[t] + b_z + U_z h[t-1] + b'_z) * 0.9")
  })

  it('refers by name to quantities defined later, to states, and not to a state before by another name', () => {
    const cell = defineCell('cell', ({ input, previous }) => {
      const late = sigmoid(input('a'))
      const c = add(late, previous('h'))
      const early = mul(late, c)
      return { state: { h: tanh(c), c, old: previous('h') }, quantities: { early, late } }
    })
    assert.deepEqual(printEquations(cell), [
      'early = late * c[t]',
      'late = sigmoid(W_a x[t] + b_a)',
      'c[t] = late + h[t-1]',
      'h[t] = tanh(c[t])',
      'old[t] = h[t-1]',
    ])
  })
})
