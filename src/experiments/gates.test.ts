import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { experiment } from './gates.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

function readText(path: string): string {
  const [name, ...file] = path.replace('npm:', '').split('/')
  return readFileSync(join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...file), 'utf8')
}

test('without its forget gate the LSTM foretells letters worse', async () => {
  const findings = await findingsOf(experiment, { readText })
  const loss = (name: string) =>
    findings.figures.find(({ of, what }) => of === name && what.startsWith('loss'))?.values[0] ?? Number.NaN
  assert.ok(loss('LSTM') < loss('without forget gate'))
  // Letter frequencies alone give 3.1 nats.
  assert.ok(loss('LSTM') < 2.9)
  assert.ok(valuesOf(findings, 'LSTM', 'sentences')[0] > 60)
})
