import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { OptionError } from '../errors/errors.ts'
import { displayWidth } from '../text/display-width.ts'
import { drawGates, type ReadText } from './draw-gates.ts'

/** One layer that reads in both directions; the backward one has other numbers. */
function recorded(tokens: readonly string[], means: Readonly<Record<string, readonly number[]>>): ReadText {
  const layer = (factor: number) =>
    Object.fromEntries(
      Object.entries(means).map(([name, mean]) => [name, { mean: mean.map(m => m * factor), values: [] }]),
    )
  const of = { layer: 0, cell: 'lstm', hidden: 1 }
  return {
    tokens,
    layers: [
      { ...of, direction: 'forward', quantities: layer(1) },
      { ...of, direction: 'backward', quantities: layer(0.5) },
    ],
  }
}

const two = recorded(['a', 'film'], { inputGate: [0.25, 1], candidate: [-0.5, 0.5], forgetGate: [0, 0.5625] })

describe('gates as text', () => {
  it('draws a bar and a number for each gate, a token a line', () => {
    assert.deepEqual(drawGates(two, { width: 36 }), [
      '      input gate      forget gate',
      'a     ██        25 %             0 %',
      'film  ████████ 100 %  ████▌     56 %',
    ])
  })

  it('draws the quantities asked for, in that order', () => {
    const lines = drawGates(two, { quantities: ['forgetGate'], width: 16 })
    assert.deepEqual(lines, ['      forget gate', 'a                0 %', 'film  ████▌     56 %'])
  })

  it('adds the notes behind', () => {
    const notes = { heading: 'answer', entries: ['no', 'yes'] }
    assert.deepEqual(drawGates(two, { quantities: ['inputGate'], width: 10, notes }), [
      '      input gate      answer',
      'a     ██        25 %  no',
      'film  ████████ 100 %  yes',
    ])
  })

  it('uses the width it has, up to 25 columns a bar', () => {
    const barOf = (width: number) => (drawGates(two, { quantities: ['inputGate'], width })[2].match(/█/g) ?? []).length
    assert.deepEqual([10, 30, 34, 200].map(barOf), [8, 18, 22, 25])
  })

  it('colours the bars only when asked, and says the same without', () => {
    const plain = drawGates(two)
    const coloured = drawGates(two, { colour: true })
    assert.ok(!plain.join('').includes('\x1b'))
    assert.ok(coloured[1].includes('\x1b[32m█'))
    assert.deepEqual(
      coloured.map(line => stripVTControlCharacters(line)),
      plain,
    )
  })

  it('keeps columns straight under Chinese, long and strange tokens', () => {
    const tokens = ['电影', 'Donaudampfschifffahrt', '\n', '']
    const lines = drawGates(recorded(tokens, { forgetGate: [0.5, 0.5, 0.5, 0.5] }), { width: 60 })
    const places = lines.slice(1).map(line => displayWidth(line.slice(0, line.indexOf('█'))))
    assert.deepEqual(places, [20, 20, 20, 20])
    assert.match(lines[2], /^Donaudampfschifff… {2}█/)
    assert.match(lines[3], /^␤/)
  })

  it('draws values outside 0 to 1 as the nearer end', () => {
    const lines = drawGates(two, { quantities: ['candidate'], width: 20 })
    assert.deepEqual(lines.slice(1), ['a              -50 %', 'film  ████      50 %'])
  })

  it('refuses a layer, a quantity or notes that are not there', () => {
    assert.throws(
      () => drawGates(two, { layer: 1 }),
      new OptionError('drawGates: expected a layer from 0 to 0, got 1.'),
    )
    assert.throws(
      () => drawGates(two, { quantities: ['resetGate'] }),
      new OptionError('drawGates: expected a quantity of lstm (inputGate, candidate, forgetGate), got "resetGate".'),
    )
    assert.throws(
      () => drawGates(two, { notes: { heading: '', entries: ['one'] } }),
      new OptionError('drawGates: expected 2 notes, one a token, got 1.'),
    )
  })
})
