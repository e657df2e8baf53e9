import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '../random/key.ts'
import { experiment } from './reber.ts'
import { embeddedString, embeddedStrings, SYMBOLS, symbolStream } from './reber-grammar.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

/** From node 5 of the graph on; and the whole grammar as a regular expression, another way to say the same. */
const REST = '(?:PXT*V)*(?:V|PS)'
const EMBEDDED = new RegExp(`^B([TP])B(?:TS*X(?:S|XT*V${REST})|PT*V${REST})E\\1E$`)

const written = (symbols: readonly number[]): string => symbols.map(symbol => SYMBOLS[symbol]).join('')

test('strings are of the embedded grammar, and what may follow is what follows in one of them', () => {
  const strings = embeddedStrings(keyOf(1, 'test'), 500)
  const beginnings = new Set(strings.flatMap(({ symbols }) => symbols.map((_, t) => written(symbols.slice(0, t + 1)))))
  for (const { symbols, followers } of strings) {
    assert.match(written(symbols), EMBEDDED)
    assert.equal(followers.length, symbols.length - 1)
    followers.forEach((allowed, t) => {
      assert.ok(allowed.includes(symbols[t + 1]))
      // Of short beginnings every continuation is among five hundred strings.
      if (t > 3) return
      const seen = [...SYMBOLS.keys()].filter(next => beginnings.has(written([...symbols.slice(0, t + 1), next])))
      assert.deepEqual([...allowed].sort(), [...seen].sort())
    })
  }
})

test('no string is drawn twice, nor one of the others', () => {
  const first = embeddedStrings(keyOf(1, 'test'), 100)
  const second = embeddedStrings(keyOf(1, 'test'), 100, first)
  assert.equal(new Set([...first, ...second].map(({ symbols }) => written(symbols))).size, 200)
})

test('a stream is strings end to end, with the places before their closing symbols', () => {
  const { symbols, isBeforeClosing } = symbolStream(keyOf(1, 'test'), 500)
  const text = written([...symbols])
  const strings = text.split(/(?<=[TP]E)(?=B[TP]B)/)
  assert.equal(strings[0], written(embeddedString(keyOf(1, 'test', 0)).symbols))
  let begin = 0
  for (const string of strings.slice(0, -1)) {
    assert.match(string, EMBEDDED)
    assert.ok(isBeforeClosing[begin + string.length - 3])
    begin += string.length
  }
  const complete = isBeforeClosing.slice(0, begin)
  assert.equal(complete.filter(Boolean).length, strings.length - 1)
})

test('the LSTM solves the grammar with both seeds, the RNN with none', async () => {
  const findings = await findingsOf(experiment)
  assert.deepEqual(valuesOf(findings, 'LSTM', 'solve it'), [100, 100])
  assert.deepEqual(valuesOf(findings, 'RNN', 'solve it'), [0, 0])
  assert.ok(valuesOf(findings, 'LSTM', 'strings shown').every(shown => shown <= 10_000))
})

test('without its forget gate the LSTM guesses in a stream, with it not', async () => {
  const findings = await findingsOf(experiment, { variant: 'continual' })
  assert.ok(valuesOf(findings, 'LSTM', 'foretold').every(share => share > 0.98))
  assert.ok(valuesOf(findings, 'without', 'foretold').every(share => share < 0.6))
})
