import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as formula from '../formula/expression.ts'
import {
  add,
  apply,
  constant,
  type Expression,
  mul,
  scalar,
  sigmoid,
  sub,
  tanh,
  variable,
} from '../formula/expression.ts'
import { printEquations } from '../formula/print.ts'
import { compileCell } from '../formula/stages.ts'
import { type CellBuilder, type CellDefinition, defineCell } from './define.ts'
import { faultOf } from './faults.ts'
import { gru } from './gru.ts'
import { lstm } from './lstm.ts'

describe('defining a cell', () => {
  it('needs its equations and nothing else', () => {
    // Minimal gated unit (Zhou et al. 2016): one gate forgets and resets.
    const minimal = defineCell('minimal', ({ affine, previous }) => {
      const forgetGate = sigmoid(affine('f'))
      const candidate = tanh(affine('h', mul(forgetGate, previous('h'))))
      const h = add(mul(sub(1, forgetGate), previous('h')), mul(forgetGate, candidate))
      return { state: { h }, quantities: { forgetGate, candidate } }
    })
    assert.deepEqual(printEquations(minimal), [
      "forgetGate = sigmoid(W_f x[t] + b_f + U_f h[t-1] + b'_f)",
      "candidate = tanh(W_h x[t] + b_h + U_h (forgetGate * h[t-1]) + b'_h)",
      'h[t] = (1 - forgetGate) * h[t-1] + forgetGate * candidate',
    ])
    assert.equal(compileCell(minimal).backward.length, 4)
    assert.equal(minimal.output, 'h')
    assert.deepEqual(minimal.first, {})
  })

  it('stacks the blocks in the order of first use, which is PyTorch’s', () => {
    assert.deepEqual(
      lstm.blocks.map(b => b.name),
      ['i', 'f', 'g', 'o'],
    )
    assert.deepEqual(
      gru.blocks.map(b => b.name),
      ['r', 'z', 'n'],
    )
  })

  it('notes which halves a block has, and parameters in order of first use', () => {
    const cell = defineCell('cell', ({ affine, input, recurrent, parameter }) => {
      const x = input('x')
      const h = add(mul(parameter('b'), recurrent('h')), mul(parameter('a'), affine('both')))
      return { state: { h: add(add(x, h), add(recurrent('x'), parameter('b'))) } }
    })
    assert.deepEqual(cell.blocks, [
      { name: 'x', hasInput: true, hasRecurrent: true },
      { name: 'h', hasInput: false, hasRecurrent: true },
      { name: 'both', hasInput: true, hasRecurrent: true },
    ])
    assert.deepEqual(cell.parameters, ['b', 'a'])
  })

  it('may use a block twice with the same operand, written twice', () => {
    const cell = defineCell('cell', ({ recurrent, previous }) => {
      const part = () => recurrent('a', mul(previous('h'), 2))
      return { state: { h: tanh(add(part(), mul(part(), 0.5))) } }
    })
    assert.equal(compileCell(cell).slots.length, 1)
  })
})

describe('a cell that is wrong', () => {
  const refused = (define: (builder: CellBuilder) => CellDefinition, message: string) =>
    assert.throws(() => defineCell('mine', define), { name: 'OptionError', message: `defineCell(mine): ${message}` })
  const many = (count: number, make: (k: number) => Expression) =>
    Object.fromEntries(Array.from({ length: count }, (_, k) => [`q${k}`, make(k)]))

  it('says what is wrong with its states', () => {
    refused(() => ({ state: {} }), 'expected at least one state, got none. Return { state: { h: … } }.')
    refused(
      ({ input }) => ({ state: { c: input('a'), d: input('b') } }),
      'expected the output to be a state (c, d), got "h". Name a state in output.',
    )
    refused(
      ({ input, previous }) => ({ state: { h: add(input('a'), previous('c')) } }),
      'expected previous(…) of a state (h), got "c". Define it in state.',
    )
    refused(
      ({ affine }) => ({ state: { c: tanh(affine('a')) }, output: 'c' }),
      'expected previous(…) of a state (c), got "h". Define it in state.',
    )
    refused(
      ({ input }) => ({ state: { h: input('a') }, first: { c: 1 } }),
      'expected first values for states (h), got "c".',
    )
    refused(
      ({ input }) => ({ state: { h: input('a') }, first: { h: Number.NaN } }),
      'expected a finite first value for state "h", got NaN.',
    )
  })

  it('says what is wrong with its nodes', () => {
    const leaves = 'expected input, recurrent, previous, parameter, constants and operations, got'
    const known = 'expected weights that the cell has, got'
    const advice = "Make them with defineCell's builder."
    const ofOne = (h: Expression) => () => ({ state: { h } })
    refused(ofOne(variable('v')), `${leaves} "variable".`)
    refused(ofOne(scalar('rate')), `${leaves} "scalar".`)
    refused(ofOne(apply('toString', [])), `${leaves} "toString".`)
    refused(ofOne(apply('add', [constant(1)])), 'expected add with 2 arguments, got 1.')
    refused(ofOne(apply('tanh', [])), 'expected tanh with 1 argument, got 0.')
    refused(ofOne(mul(2, Number.NaN)), 'expected a number for a constant, got NaN.')
    refused(ofOne(formula.input('a')), `${known} input("a"). ${advice}`)
    refused(ofOne(formula.recurrent('a')), `${known} recurrent("a"). ${advice}`)
    refused(ofOne(formula.parameter('p')), `${known} parameter("p"). ${advice}`)
    refused(
      ({ input }) => ({ state: { h: add(input('a'), formula.recurrent('a')) } }),
      `${known} recurrent("a"). ${advice}`,
    )
  })

  it('says which block has two operands', () => {
    refused(
      ({ recurrent, previous }) => ({ state: { h: add(recurrent('a'), recurrent('a', tanh(previous('h')))) } }),
      'expected one operand for the weights of block "a", got two. Give each its own block.',
    )
  })

  it('says which name cannot be one', () => {
    const rule = 'expected names of at most 100 letters, digits, _ and -, a letter first, got'
    for (const name of ['', '1', 'a b', 'a.b', '__proto__', 'constructor', '_']) {
      refused(({ input }) => ({ state: { h: input(name) } }), `${rule} ${JSON.stringify(name)}. Choose another name.`)
    }
    refused(({ parameter }) => ({ state: { h: parameter('a/b') } }), `${rule} "a/b". Choose another name.`)
    refused(({ input }) => ({ state: { h: input('a'), 'c d': input('a') } }), `${rule} "c d". Choose another name.`)
    refused(
      ({ input }) => ({ state: { h: input('a') }, quantities: { '': input('a') } }),
      `${rule} "". Choose another name.`,
    )
    refused(
      ({ parameter }) => ({ state: { h: parameter('bias_ih') } }),
      `expected a parameter's name not to begin with weight_ or bias_, got "bias_ih". Choose another name.`,
    )
    assert.ok(defineCell('学习', ({ input }) => ({ state: { h: input('门-1_a') } })))
    assert.throws(
      () => defineCell('n'.repeat(101), () => ({ state: {} })),
      /^OptionError: defineCell: expected a name of/,
    )
  })

  it('says of what it has too many', () => {
    const rest = (what: string, got: number) => `${what}, got ${got}. Write a smaller cell.`
    refused(({ input }) => ({ state: many(101, () => input('a')) }), `expected at most ${rest('100 states', 101)}`)
    refused(
      ({ input }) => ({ state: { h: input('a') }, quantities: many(1001, () => input('a')) }),
      `expected at most ${rest('1000 quantities', 1001)}`,
    )
    refused(
      ({ input }) => ({ state: { h: input('a') }, quantities: many(100, k => input(`b${k}`)) }),
      `expected at most ${rest('100 blocks of weights', 101)}`,
    )
    refused(
      ({ parameter }) => ({ state: { h: parameter('a') }, quantities: many(100, k => parameter(`b${k}`)) }),
      `expected at most ${rest('100 parameters', 101)}`,
    )
  })

  it('says which block or parameter stands twice, as in a file', () => {
    const message = /^expected each block and parameter once, got "i" twice\.$/
    assert.match(faultOf({ ...lstm, blocks: [...lstm.blocks, ...lstm.blocks] }) ?? '', message)
    assert.match(faultOf({ ...lstm, parameters: ['i', 'i'] }) ?? '', message)
    assert.equal(faultOf(lstm), null)
  })
})
