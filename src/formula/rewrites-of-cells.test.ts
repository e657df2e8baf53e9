/**
 * Rewrites of whole cells: what they make are the equations that one would have written by hand.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Cell, defineCell } from '../cells/define.ts'
import { equationsToDocument } from '../cells/equations-document.ts'
import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { cells } from '../cells/registry.ts'
import { rnn } from '../cells/rnn.ts'
import { activationNamed, activationNames } from './activations.ts'
import { rootsOf } from './equations.ts'
import { add, type Expression, hardSigmoid, mul, relu, sub, tanh, topological } from './expression.ts'
import { operations } from './operations.ts'
import { recurrentDropout, withActivations, zoneout } from './rewrites.ts'
import { compileCell } from './stages.ts'
import { withoutMasks } from './without-masks.ts'

type F = (x: Expression) => Expression
const same = (actual: Cell, expected: Cell) =>
  assert.deepEqual(equationsToDocument({ ...actual, name: 'x' }), equationsToDocument({ ...expected, name: 'x' }))

/** The equations of lstm.ts with other functions. */
const lstmOf = (gate: F, other: F) =>
  defineCell('lstm', ({ affine, previous }) => {
    const inputGate = gate(affine('i'))
    const forgetGate = gate(affine('f'))
    const candidate = other(affine('g'))
    const outputGate = gate(affine('o'))
    const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
    const h = mul(outputGate, tanh(c))
    return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate } }
  })

describe('withActivations', () => {
  it('exchanges the functions of gates, of the others, or both', () => {
    same(withActivations(lstm, { gate: hardSigmoid, other: relu }), lstmOf(hardSigmoid, relu))
    same(withActivations(lstm, { other: relu }), lstmOf(activationNamed('sigmoid'), relu))
    same(withActivations(lstm, { gate: hardSigmoid }), lstmOf(hardSigmoid, tanh))
    same(withActivations(lstm, {}), lstm)
    const relued = withActivations(gru, { gate: hardSigmoid, other: relu })
    const byHand = defineCell('gru', ({ affine, input, recurrent, previous }) => {
      const resetGate = hardSigmoid(affine('r'))
      const updateGate = hardSigmoid(affine('z'))
      const candidate = relu(add(input('n'), mul(resetGate, recurrent('n'))))
      const h = add(mul(sub(1, updateGate), candidate), mul(updateGate, previous('h')))
      return { state: { h }, quantities: { resetGate, updateGate, candidate } }
    })
    same(relued, byHand)
    same(
      withActivations(rnn, { other: relu }),
      defineCell('rnn', ({ affine }) => {
        const candidate = relu(affine('h'))
        return { state: { h: candidate }, quantities: { candidate } }
      }),
    )
  })

  for (const [name, cell] of Object.entries(cells)) {
    it(`of ${name}: every function of the options, where the quantities are, and it compiles`, () => {
      const before = Object.entries(cell.quantities)
      const isGate = ({ op }: Expression) => op === 'sigmoid'
      const isOther = ({ op }: Expression) => operations[op]?.arity === 1 && op !== 'sigmoid'
      assert.ok(before.some(([, q]) => isGate(q) || isOther(q)))
      for (const f of activationNames) {
        const made = withActivations(cell, { gate: activationNamed(f), other: activationNamed(f) })
        for (const [quantity, q] of before) {
          const { op } = made.quantities[quantity] as Expression
          assert.equal(op, isGate(q) || isOther(q) ? f : q.op, `${quantity} with ${f}`)
        }
        assert.deepEqual(made.blocks, cell.blocks)
        assert.deepEqual(compileCell(made).states, Object.keys(cell.state))
      }
    })
  }
})

const masksOf = (cell: Cell) =>
  topological(rootsOf(cell)).flatMap(e => (e.op === 'mask' || e.op === 'sequenceMask' ? [`${e.op} ${e.name}`] : []))

describe('noise', () => {
  it('recurrent dropout masks what U sees, and nothing else', () => {
    const { state } = recurrentDropout(lstm, 0.3)
    const nodes = topological(Object.values(state))
    const recurrents = nodes.filter(e => e.op === 'recurrent')
    assert.equal(recurrents.length, 4)
    assert.equal(new Set(recurrents.map(e => e.args[0])).size, 1, 'one mask for all blocks')
    assert.deepEqual(
      recurrents[0].args[0]?.args.map(e => e.op),
      ['sequenceMask', 'previous'],
    )
    assert.deepEqual(masksOf(recurrentDropout(gru, 0.3)), ['sequenceMask recurrent_h'])
  })

  it('zoneout masks each state at each step', () => {
    assert.deepEqual(masksOf(zoneout(lstm, 0.3)).sort(), ['mask zone_c', 'mask zone_h'])
    assert.deepEqual(masksOf(zoneout(cells['lstm-projection'], 0.3)), ['mask zone_c'])
  })

  it('without masks they are as before, but for the share of zoneout', () => {
    for (const cell of [lstm, gru, rnn]) {
      assert.deepEqual(masksOf(withoutMasks(recurrentDropout(cell, 0.3))), [])
      const plain = compileCell(withoutMasks(recurrentDropout(cell, 0.3)))
      assert.deepEqual(plain.masks, [])
      assert.equal(plain.forward.length, compileCell(cell).forward.length, 'and no stage more')
      same(withoutMasks(cell), cell)
    }
  })

  it('a projected state cannot be masked as wide as the cell', () => {
    assert.throws(() => recurrentDropout(cells['lstm-projection'], 0.3), {
      name: 'OptionError',
      message:
        'recurrentDropout: expected recurrent weights that meet a state of hiddenSize, got the projected h. ' +
        'Use weight drop or dropout between layers.',
    })
  })
})
