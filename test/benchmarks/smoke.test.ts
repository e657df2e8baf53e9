/** A few iterations of each workload: it runs, and its lines are as the peers' are. No time is asserted. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { formsOf } from '../../src/benchmarks/forms.ts'
import { workloads } from '../../src/benchmarks/workloads.ts'
import { MAIN } from '../cli/spawn-sluice.ts'

const FEW = ['--budget', '1', '--patience', '1', '--runs', '1', '--json']

async function bench(...words: string[]): Promise<Record<string, unknown>[]> {
  const child = spawn(process.execPath, [MAIN, 'bench', ...FEW, ...words])
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  assert.equal(code, 0, stderr)
  const lines = stdout.trimEnd().split('\n')
  for (const line of lines) assert.match(line, /^\{"peer":"sluice"/)
  return lines.map(line => JSON.parse(line))
}

const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0 && Number.isFinite(value)

const NUMBERS = ['ms_median', 'ms_min', 'runs', 'gflops', 'tokens_per_s', 'peak_rss_mb', 'cpu_ms', 'first_result_ms']

describe('each workload runs and prints a line as in the comparison', { concurrency: 2 }, () => {
  for (const [name, { phases, kind }] of Object.entries(workloads)) {
    test(name, async () => {
      const lines = await bench('--workload', name)
      const forms = [undefined, ...formsOf(name)]
      assert.deepEqual(
        lines.map(({ phase, form }) => [phase, form]),
        phases.flatMap(phase => forms.map(form => [phase, form])),
      )
      for (const line of lines) {
        assert.equal(line.error, undefined)
        assert.match(String(line.backend), /^wasm-(wide|narrow|plain)$/)
        assert.deepEqual([line.workload, line.threads, typeof line.quiet], [name, 1, 'boolean'])
        for (const field of NUMBERS) assert.ok(isPositive(line[field]), `${field}: ${line[field]}`)
        assert.equal(isPositive(line.sentences_per_s), kind === 'classify')
      }
    })
  }
})

test('a profile has the parts of a step, and most of it in kernels', async () => {
  const [line] = await bench('--workload', 'lstm-small', '--phase', 'train', '--form', 'own-cell', '--profile')
  const { parts, functions } = line.profile as { parts: Record<string, number>; functions: unknown[] }
  const names = 'products pointwise packing otherKernels allocation garbageCollection javascript'.split(' ')
  assert.deepEqual(Object.keys(parts), names)
  assert.ok(parts.products > parts.pointwise && parts.pointwise > 0 && parts.packing > 0, JSON.stringify(parts))
  assert.ok(functions.length > 3)
})

test('--runs ends it with the window of 100 ms that has so many, however long the budget', async () => {
  for (const line of await bench('--workload', 'lstm-small', '--phase', 'infer', '--budget', '3600000')) {
    // All but the last run were over before the window was.
    assert.ok((Number(line.runs) - 1) * Number(line.ms_min) < 100, `${line.runs} runs of ${line.ms_min} ms`)
  }
})

test('another mode is told in the line', async () => {
  const [line] = await bench('--workload', 'stream', '--mode', 'plain')
  assert.equal(line.backend, 'wasm-plain')
})
