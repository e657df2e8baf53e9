/**
 * Every built-in cell against PyTorch 1.13, from golden numbers: outputs, final states, all gradients; stacked, both
 * directions, packed and dense, with given first states. To get the numbers again: tools/golden/make-golden.py.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cells } from '../../src/cells/registry.ts'
import { numbersOf, readGolden } from './golden.ts'
import { type Configuration, runConfiguration } from './recurrent-case.ts'
import { compare, sides } from './wave.ts'

interface GoldenCase extends Omit<Configuration, 'lengths'> {
  readonly lengths: string
  readonly results: Readonly<Record<string, string>>
}

for (const [name, cell] of Object.entries(cells)) {
  describe(`${name} against PyTorch`, () => {
    for (const { name: side, create, tolerance } of sides) {
      it(`${side}: outputs, final states and gradients`, () => {
        const cases = Object.entries(readGolden(name) as Record<string, GoldenCase>)
        assert.ok(cases.length >= 2)
        for (const [what, { lengths, results, ...sizes }] of cases) {
          const actual = runConfiguration(cell, { ...sizes, lengths: numbersOf(lengths) }, create())
          assert.deepEqual(Object.keys(actual).sort(), Object.keys(results).sort())
          for (const [tensor, text] of Object.entries(results)) {
            compare(`${what}, ${tensor}`, actual[tensor], numbersOf(text), tolerance)
          }
        }
      })
    }
  })
}
