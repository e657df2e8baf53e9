/**
 * Starts Node's test runner on our tests; its summary is the last thing printed.
 *
 *   node tools/run-tests.ts              all but test/long
 *   node tools/run-tests.ts FILE…        these (globs too)
 *   node tools/run-tests.ts --long       test/long
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const EVERYDAY = ['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts']
const LONG = 'test/long/**/*.test.ts'

const given = process.argv.slice(2)
const options = given.filter(word => word.startsWith('-') && word !== '--long')
const named = given.filter(word => !word.startsWith('-'))

function testFiles(): string[] {
  if (named.length > 0) return named.flatMap(pattern => globSync(pattern, { cwd: ROOT }))
  if (given.includes('--long')) return globSync(LONG, { cwd: ROOT })
  return globSync(EVERYDAY, { cwd: ROOT, exclude: ['test/long/**'] })
}

const files = testFiles().sort()
if (files.length === 0) {
  process.stderr.write(`run-tests: expected test files, got none for ${given.join(' ') || EVERYDAY.join(' ')}.\n`)
  process.exit(1)
}
const concurrency = `--test-concurrency=${availableParallelism()}` // Node's own default is one less
const runner = spawn(process.execPath, ['--test', '--test-reporter=spec', concurrency, ...options, ...files], {
  cwd: ROOT,
  stdio: 'inherit',
})
process.on('SIGINT', () => {}) // reaches the runner too, which then says what it interrupted
runner.once('exit', code => {
  process.exitCode = code ?? 1
})
