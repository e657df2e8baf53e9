import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataError, OptionError } from '../errors/errors.ts'
import { contiguousBatches, countWindows, windowAt } from './contiguous-batches.ts'

test('two runs side by side, time-major, targets one place further', () => {
  // 0 1 2 3 | 3 … : runs 0 1 2 and 3 4 5, of which each predicts three tokens; token 7 is left out.
  const ids = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7)
  assert.deepEqual(
    [...contiguousBatches(ids, { batch: 2, unroll: 2 })],
    [
      { steps: 2, inputs: Int32Array.of(0, 3, 1, 4), targets: Int32Array.of(1, 4, 2, 5) },
      { steps: 1, inputs: Int32Array.of(2, 5), targets: Int32Array.of(3, 6) },
    ],
  )
})

const anyText = fc.record({
  batch: fc.integer({ min: 1, max: 6 }),
  unroll: fc.integer({ min: 1, max: 9 }),
  more: fc.integer({ min: 1, max: 60 }),
})

test('each token but the first and fewer than a batch at the end is predicted once, from the one before', () => {
  fc.assert(
    fc.property(anyText, ({ batch, unroll, more }) => {
      const ids = Int32Array.from({ length: batch + more }, (_, place) => place)
      const windows = [...contiguousBatches(ids, { batch, unroll })]
      const targets = windows.flatMap(window => [...window.targets]).sort((a, b) => a - b)
      targets.forEach((target, place) => {
        assert.equal(target, place + 1)
      })
      assert.ok(ids.length - 1 - targets.length < batch)
      for (const { inputs, targets } of windows)
        assert.deepEqual(
          inputs.map(id => id + 1),
          targets,
        )
    }),
  )
})

test('a run goes on in the next window where it ended, and windows are full but the last', () => {
  fc.assert(
    fc.property(anyText, ({ batch, unroll, more }) => {
      const ids = Int32Array.from({ length: batch + more }, (_, place) => place)
      const windows = [...contiguousBatches(ids, { batch, unroll })]
      assert.equal(countWindows(ids.length, { batch, unroll }), windows.length)
      windows.forEach((window, index) => {
        assert.deepEqual(windowAt(ids, { batch, unroll }, index), window)
        assert.equal(window.inputs.length, window.steps * batch)
        if (index === 0) return
        assert.equal(windows[index - 1].steps, unroll)
        assert.deepEqual(window.inputs.slice(0, batch), windows[index - 1].targets.slice(-batch))
      })
    }),
  )
})

test('with one run nothing but the first token is left unpredicted', () => {
  const windows = [...contiguousBatches(Int32Array.of(5, 6, 7, 8), { batch: 1, unroll: 2 })]
  assert.deepEqual(
    windows.flatMap(window => [...window.targets]),
    [6, 7, 8],
  )
})

test('a text that is too short and wrong options are refused', () => {
  const ids = new Int32Array(4)
  assert.throws(() => countWindows(4, { batch: 4, unroll: 1 }), DataError)
  assert.throws(() => windowAt(ids, { batch: 0, unroll: 1 }, 0), OptionError)
  assert.throws(() => windowAt(ids, { batch: 1, unroll: 1.5 }, 0), OptionError)
  assert.throws(() => windowAt(ids, { batch: 1, unroll: 2 }, 2), /^Error: internal: window 2/)
})
