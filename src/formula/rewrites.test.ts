import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineCell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { gruResetBefore } from '../cells/gru-reset-before.ts'
import { lstm } from '../cells/lstm.ts'
import { rnn } from '../cells/rnn.ts'
import { OptionError } from '../errors/errors.ts'
import type { Equations } from './equations.ts'
import { add, type Expression, hardSigmoid, mul, relu, sigmoid, sub, tanh } from './expression.ts'
import { interpret } from './interpret.ts'
import { printEquations } from './print.ts'
import { activation, clamp, replace, without } from './rewrites.ts'
import { compileCell } from './stages.ts'

/** Leaf values of one hidden unit, chosen by hand: what the affine parts and the states before are. */
const leaves: Readonly<Record<string, number>> = {
  'input i': 0.4,
  'input f': -0.9,
  'input g': 0.7,
  'input o': 0.2,
  'input r': 0.3,
  'input z': -0.6,
  'input n': 1.1,
  'input h': -0.5,
  'recurrent i': 0.1,
  'recurrent f': 0.35,
  'recurrent g': -0.2,
  'recurrent o': 0.6,
  'recurrent r': 0.05,
  'recurrent z': 0.15,
  'recurrent n': -0.8,
  'recurrent h': 0.45,
  'previous h': 0.55,
  'previous c': -0.75,
}
const z = (block: string) => (leaves[`input ${block}`] as number) + (leaves[`recurrent ${block}`] as number)
const [h0, c0] = [0.55, -0.75]
const s = (x: number) => 1 / (1 + Math.exp(-x))
const t = Math.tanh

function stateOf(cell: Equations): Record<string, number> {
  const names = Object.keys(cell.state)
  const values = interpret(Object.values(cell.state), e => leaves[`${e.op} ${e.name}`] as number, 1)
  return Object.fromEntries(names.map((name, k) => [name, values[k]?.[0] as number]))
}

function expectState(cell: Equations, expected: Readonly<Record<string, number>>) {
  const got = stateOf(cell)
  assert.deepEqual(Object.keys(got), Object.keys(expected))
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs((got[name] as number) - value) < 1e-15, `${name}: expected ${value}, got ${got[name]}`)
  }
  // What was rewritten still compiles, with its quantities recorded.
  assert.deepEqual(compileCell(cell, Object.keys(cell.quantities)).states, Object.keys(expected))
}

/** The LSTM's state when its gates have these values. */
function lstmState({ i = s(z('i')), f = s(z('f')), g = t(z('g')), o = s(z('o')) }) {
  const c = f * c0 + i * g
  return { h: o * t(c), c }
}

/** The GRU's state when its gates have these values. */
function gruState({ r = s(z('r')), u = s(z('z')) }) {
  const n = t((leaves['input n'] as number) + r * (leaves['recurrent n'] as number))
  return { h: (1 - u) * n + u * h0 }
}

const blockNames = (cell: Equations) => cell.blocks.map(b => b.name)

describe('activation', () => {
  it('exchanges the outermost function of a quantity', () => {
    expectState(activation(lstm, 'candidate', relu), lstmState({ g: z('g') }))
    expectState(activation(lstm, 'forgetGate', hardSigmoid), lstmState({ f: z('f') / 6 + 0.5 }))
    expectState(activation(gru, 'resetGate', tanh), gruState({ r: t(z('r')) }))
  })

  it('may be a formula of its own, and leaves weights and the original alone', () => {
    const changed = activation(lstm, 'outputGate', x => sub(sigmoid(x), mul(0.1, x)))
    expectState(changed, lstmState({ o: s(z('o')) - 0.1 * z('o') }))
    assert.deepEqual(changed.blocks, lstm.blocks)
    expectState(lstm, lstmState({}))
  })

  it('works on the quantity that is the state itself', () => {
    const changed = activation(rnn, 'candidate', relu)
    assert.equal(changed.state.h, changed.quantities.candidate)
    expectState(changed, { h: 0 })
  })

  it('refuses a quantity that is not a function of one value', () => {
    const faded = replace(lstm, 'forgetGate', f => mul(f, 0.9))
    assert.throws(() => activation(faded, 'forgetGate', relu), {
      name: 'OptionError',
      message:
        'activation: expected a quantity whose outermost operation is a function of one value, got forgetGate = ' +
        'mul(…). Use replace to change its value.',
    })
    assert.throws(() => activation(clamp(lstm, 'forgetGate', 1), 'forgetGate', relu), /forgetGate = constant/)
  })
})

describe('replace', () => {
  it('maps the value of a quantity wherever it is used', () => {
    expectState(
      replace(lstm, 'forgetGate', f => mul(f, 0.9)),
      lstmState({ f: 0.9 * s(z('f')) }),
    )
    expectState(
      replace(gru, 'updateGate', u => mul(u, u)),
      gruState({ u: s(z('z')) ** 2 }),
    )
  })

  it('applies to a rewritten cell, on the rewritten value', () => {
    const once = replace(lstm, 'forgetGate', f => mul(f, 0.9))
    const twice = replace(once, 'forgetGate', f => add(f, 0.1))
    expectState(twice, lstmState({ f: 0.9 * s(z('f')) + 0.1 }))
    expectState(activation(twice, 'candidate', sigmoid), lstmState({ f: 0.9 * s(z('f')) + 0.1, g: s(z('g')) }))
  })

  it('changes a quantity inside another one', () => {
    const changed = replace(gruResetBefore, 'resetGate', r => mul(r, 0.5))
    assert.match(printEquations(changed)[0] as string, /\* 0\.5$/)
    assert.match(printEquations(changed)[2] as string, /U_n \(resetGate \* h\[t-1\]\)/)
    assert.deepEqual(compileCell(changed).forward.map(stage => stage.kind).length, 4)
  })
})

describe('clamp', () => {
  it('sets a number and keeps all weights', () => {
    const changed = clamp(lstm, 'forgetGate', 0.25)
    expectState(changed, lstmState({ f: 0.25 }))
    assert.deepEqual(changed.blocks, lstm.blocks)
    expectState(clamp(gru, 'resetGate', 0), gruState({ r: 0 }))
    expectState(clamp(rnn, 'candidate', -0.5), { h: -0.5 })
  })

  it('clamps one of two quantities that were clamped to the same number', () => {
    const both = clamp(clamp(lstm, 'forgetGate', 1), 'inputGate', 1)
    expectState(clamp(both, 'forgetGate', 0), lstmState({ f: 0, i: 1 }))
  })
})

describe('without', () => {
  it('is the gate at 1 with its weights and its name gone', () => {
    const changed = without(lstm, 'outputGate')
    expectState(changed, lstmState({ o: 1 }))
    assert.deepEqual(blockNames(changed), ['i', 'f', 'g'])
    assert.deepEqual(Object.keys(changed.quantities), ['inputGate', 'forgetGate', 'candidate'])
    expectState(without(gru, 'resetGate'), gruState({ r: 1 }))
    assert.deepEqual(blockNames(without(gru, 'resetGate')), ['z', 'n'])
    assert.deepEqual(blockNames(without(changed, 'inputGate')), ['f', 'g'])
  })

  it('takes quantities along that only it used', () => {
    const changed = without(gru, 'candidate')
    assert.deepEqual(Object.keys(changed.quantities), ['updateGate'])
    assert.deepEqual(blockNames(changed), ['z'])
    expectState(changed, { h: 1 - s(z('z')) + s(z('z')) * h0 })
  })

  it('keeps the half of a block that another quantity uses, and drops parameters', () => {
    const cell = defineCell('cell', ({ affine, input, recurrent, parameter }) => {
      const gate = sigmoid(add(affine('a'), parameter('w')))
      const candidate: Expression = tanh(add(input('b'), mul(gate, recurrent('b'))))
      return { state: { h: mul(candidate, sigmoid(add(recurrent('a'), parameter('v')))) }, quantities: { gate } }
    })
    const changed = without(cell, 'gate')
    assert.deepEqual(changed.blocks, [
      { name: 'a', hasInput: false, hasRecurrent: true },
      { name: 'b', hasInput: true, hasRecurrent: true },
    ])
    assert.deepEqual(changed.parameters, ['v'])
  })
})

describe('every rewrite', () => {
  it('names the quantities there are when it is given another', () => {
    const rewrites: readonly (readonly [string, () => unknown])[] = [
      ['activation', () => activation(lstm, 'forget', relu)],
      ['replace', () => replace(lstm, 'forget', x => x)],
      ['clamp', () => clamp(lstm, 'forget', 1)],
      ['without', () => without(lstm, 'forget')],
      ['compileCell', () => compileCell(lstm, ['forget'])],
    ]
    for (const [name, rewrite] of rewrites) {
      assert.throws(rewrite, {
        name: 'OptionError',
        message:
          `${name}: expected one of the cell's quantities (inputGate, forgetGate, candidate, outputGate), ` +
          'got "forget".',
      })
    }
    assert.throws(() => clamp(lstm, 'forgetgate', 1), /Did you mean "forgetGate"\?$/)
    const bare = defineCell('bare', ({ affine }) => ({ state: { h: tanh(affine('h')) } }))
    assert.throws(() => clamp(bare, 'constructor', 1), /\(none\), got "constructor"/)
    assert.throws(() => without(without(lstm, 'forgetGate'), 'forgetGate'), OptionError)
  })
})
