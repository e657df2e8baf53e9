/**
 * How long `predict` takes on a small model, from the start of the process to its end: compiled, without npm.
 *
 *   npm run build && node bench/start-up.ts        or with --json
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { median } from '../src/benchmarks/measure.ts'
import { TextClassifier } from '../src/index.ts'

const COUNT = 20
const LIMIT_MS = 200
const PROGRAM = resolve(import.meta.dirname, '../dist/cli/main.js')

const folder = mkdtempSync(join(tmpdir(), 'sluice-start-'))
try {
  const model = join(folder, 'small.safetensors')
  writeFileSync(model, await smallModel())
  const times = Array.from({ length: COUNT + 1 }, () => predict(model)).slice(1) // the first fills the disk's cache
  const medianMs = Math.round(median(times))
  const line = { note: 'start-up', medianMs, leastMs: Math.round(Math.min(...times)), count: COUNT, limitMs: LIMIT_MS }
  const words = `predict: ${medianMs} ms from process start, median of ${COUNT}; limit ${LIMIT_MS} ms`
  process.stdout.write(`${process.argv.includes('--json') ? JSON.stringify(line) : words}\n`)
} finally {
  rmSync(folder, { recursive: true })
}

async function smallModel(): Promise<Uint8Array> {
  const rows = Array.from({ length: 40 }, (_, k) => ({
    text: k % 2 === 0 ? `a good film ${k}` : `a bad film ${k}`,
    label: k % 2 === 0 ? 'good' : 'bad',
  }))
  return (await TextClassifier.train(rows, { epochs: 1 })).toBytes()
}

function predict(model: string): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'predict', model, 'a good film'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`predict failed; is dist/ built? ${stderr}`)
  return performance.now() - start
}
