/**
 * Random configurations, run by PyTorch where it is installed (Debian: python3-torch) and compared as the golden
 * numbers are.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { cellNamed } from '../../src/cells/registry.ts'
import { integerBelow } from '../../src/random/draw.ts'
import { keyOf } from '../../src/random/key.ts'
import { type Configuration, runConfiguration } from './recurrent-case.ts'
import { compare, sides } from './wave.ts'

const PYTHON = '/usr/bin/python3'
const SCRIPT = resolve(import.meta.dirname, '../../tools/golden/torch_recurrent.py')
const COUNT = 20
const TORCH_CELLS = ['rnn', 'rnn-relu', 'lstm', 'gru']

interface Named extends Configuration {
  readonly cell: string
}

/** The k-th configuration: cells in turn, the rest drawn. */
function configuration(k: number): Named {
  const key = keyOf(7, 'live parity', k)
  const draw = (place: number, limit: number) => integerBelow(key, place, limit)
  const dense = draw(0, 3) === 0
  const batch = 1 + draw(1, 5)
  const longest = 1 + draw(2, 9)
  return {
    cell: TORCH_CELLS[k % TORCH_CELLS.length],
    inputSize: 1 + draw(3, 10),
    hiddenSize: 1 + draw(4, 18),
    layers: 1 + draw(5, 3),
    bidirectional: draw(6, 2) === 1,
    lengths: Array.from({ length: batch }, (_, b) => (dense ? longest : 1 + draw(8 + b, longest))),
    dense,
    seed: k,
  }
}

function absence(): string | false {
  const { status, error } = spawnSync(PYTHON, ['-c', 'import torch'], { encoding: 'utf8' })
  return status === 0 ? false : `no torch for ${PYTHON} (Debian: python3-torch)${error ? `: ${error.message}` : ''}`
}

test(`${COUNT} random configurations give what PyTorch gives`, { skip: absence() }, () => {
  const configurations = Array.from({ length: COUNT }, (_, k) => configuration(k))
  const input = JSON.stringify(configurations)
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT], { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  assert.equal(status, 0, stderr)
  const expected = JSON.parse(stdout) as Record<string, number[]>[]
  for (const [k, one] of configurations.entries()) {
    for (const { name, create, tolerance } of sides) {
      const actual = runConfiguration(cellNamed(one.cell), one, create())
      for (const [tensor, values] of Object.entries(expected[k])) {
        compare(`${name}, ${JSON.stringify(one)}, ${tensor}`, actual[tensor], values, tolerance)
      }
    }
  }
})
