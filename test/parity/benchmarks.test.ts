/** The benchmarks do the work that they are said to do: on small shapes, what they compute is what PyTorch computes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ClassifierRun } from '../../src/benchmarks/classifier-run.ts'
import { GenerateRun } from '../../src/benchmarks/generate-run.ts'
import { LanguageModelRun } from '../../src/benchmarks/language-model-run.ts'
import { LayerRun } from '../../src/benchmarks/layer-run.ts'
import type { Run } from '../../src/benchmarks/run.ts'
import { StreamRun } from '../../src/benchmarks/stream-run.ts'
import {
  type ClassifierWorkload,
  type GenerateWorkload,
  type LanguageModelWorkload,
  type LayerWorkload,
  type StreamWorkload,
  type Workload,
  workloadNamed,
} from '../../src/benchmarks/workloads.ts'
import { createWasmDevice } from '../../src/devices/wasm/wasm-device.ts'
import { setDefaultDevice, type Tensor } from '../../src/tensor/index.ts'
import { compare } from './wave.ts'

const PYTHON = '/usr/bin/python3'
const SCRIPT = resolve(import.meta.dirname, '../../tools/golden/torch_benchmarks.py')
const RUNS = 3

/** Of values computed once, and of how far a weight moved in three steps: Adam divides small numbers by small ones. */
const TOLERANCE = 1e-5
const TOLERANCE_OF_MOVES = 2e-3

interface Case {
  readonly name: string
  readonly w: Workload
  readonly parameters: Readonly<Record<string, Stored>>
  readonly data: unknown
  readonly runs: number
  readonly results: Readonly<Record<string, ArrayLike<number>>>
}

type Stored = readonly [shape: readonly number[], values: readonly number[]]

const stored = (t: Tensor): Stored => [t.shape, [...t.toArray()]]
const storedAll = (run: Run) => Object.fromEntries([...run.parameters].map(([name, t]) => [name, stored(t)]))

const SMALL = { T: 5, B: 3, I: 4, H: 6 }

/** The workload with small sizes, all else as it is. */
const small = <W extends Workload>(name: string, sizes: object = {}) =>
  ({ ...workloadNamed(name), ...SMALL, ...sizes }) as W

function layerCase(name: string): Case {
  const w = small<LayerWorkload>(name)
  const run = new LayerRun(w, 'train')
  const parameters = storedAll(run)
  // The second run: gradients of the first are gone.
  run.once()
  run.once()
  const { x, dy } = run.batches[1]
  const gradients = [...run.parameters, ['x', x] as const].map(([n, t]) => [
    `gradient.${n}`,
    (t.gradient as Tensor).toArray(),
  ])
  const results = { ...Object.fromEntries(gradients), output: run.layer.forward(x).output.toArray() }
  return { name, w, parameters, data: { x: stored(x), dy: stored(dy) }, runs: 1, results }
}

function streamCase(): Case {
  const w = small<StreamWorkload>('stream', { T: 1, B: 1 })
  const run = new StreamRun(w, RUNS)
  const parameters = storedAll(run)
  run.once()
  const [state] = run.stream.state
  const results = { h: state.h.toArray(), c: state.c.toArray() }
  const inputs = run.inputs.slice(0, RUNS).map(x => [[1, w.B, w.I], [...x]] as const)
  return { name: 'stream', w, parameters, data: { inputs }, runs: 1, results }
}

function generateCase(): Case {
  const w = small<GenerateWorkload>('generate', { T: 1, B: 1, I: 7, V: 7 })
  const run = new GenerateRun(w, 1)
  const parameters = storedAll(run)
  const tokens: number[] = []
  const probabilities: number[] = []
  for (let i = 0; i < RUNS; i++) {
    tokens.push(run.token)
    run.once()
    probabilities.push(...Array.from(run.probabilities))
  }
  return { name: 'generate', w, parameters, data: { tokens }, runs: 1, results: { probabilities } }
}

/** The losses of some training steps, and how far each weight moved. */
function trained(run: Run & { readonly loss: number }, parameters: Case['parameters']): Case['results'] {
  const loss = Array.from({ length: RUNS }, () => {
    run.once()
    return run.loss
  })
  const moved = [...run.parameters].map(([name, t]) => [
    `moved.${name}`,
    t.toArray().map((v, i) => v - parameters[name][1][i]),
  ])
  return { loss, ...Object.fromEntries(moved) }
}

function languageModelCase(name: string, sizes: object): Case {
  const w = small<LanguageModelWorkload>(name, sizes)
  const run = new LanguageModelRun(w)
  const parameters = storedAll(run)
  const data = { tokens: run.tokens.map(t => [...t]) }
  return { name, w, parameters, data, runs: RUNS, results: trained(run, parameters) }
}

function classifierCase(): Case {
  const w = small<ClassifierWorkload>('sentiment', { V: 11, lengths: [1, 6] })
  const run = new ClassifierRun(w)
  const parameters = storedAll(run)
  const batches = run.batches.map(({ sentences, labels }) => ({
    sentences: sentences.map(s => [...s]),
    labels: [...labels],
  }))
  return { name: 'sentiment', w, parameters, data: { batches }, runs: RUNS, results: trained(run, parameters) }
}

function absence(): string | false {
  const { status } = spawnSync(PYTHON, ['-c', 'import torch'])
  return status === 0 ? false : `no torch for ${PYTHON} (Debian: python3-torch)`
}

test('every workload computes what PyTorch does', { skip: absence() }, () => {
  setDefaultDevice(createWasmDevice())
  const cases = [
    ...['lstm-small', 'gru-small', 'rnn-small'].map(layerCase),
    streamCase(),
    generateCase(),
    languageModelCase('ptb-small', { V: 9, clip: 0.5 }),
    languageModelCase('char-lm', { V: 7, I: 7 }),
    classifierCase(),
  ]
  const input = JSON.stringify(cases)
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT], { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
  assert.equal(status, 0, stderr)
  const expected = JSON.parse(stdout) as Record<string, number[]>[]
  for (const [k, { name, results }] of cases.entries()) {
    assert.deepEqual(Object.keys(results).sort(), Object.keys(expected[k]).sort())
    for (const [what, values] of Object.entries(expected[k])) {
      compare(`${name}, ${what}`, results[what], values, what.startsWith('moved.') ? TOLERANCE_OF_MOVES : TOLERANCE)
    }
  }
})
