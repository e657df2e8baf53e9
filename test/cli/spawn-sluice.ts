/** Starts the command line from its sources, and makes small data for it. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after } from 'node:test'

export const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts')

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface SpawnOptions {
  readonly cwd: string
  readonly input?: string | Uint8Array
}

/** Runs a command to its end. */
export function sluice(words: readonly string[], { cwd, input = '' }: SpawnOptions): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { cwd, input, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Runs a command that must succeed. @returns What it wrote to standard output, parsed. */
export function json(words: readonly string[], options: SpawnOptions) {
  const { status, stdout, stderr } = sluice([...words, '--json'], options)
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** Starts a command without waiting for it. */
export const started = (words: readonly string[], cwd: string) => spawn(process.execPath, [MAIN, ...words], { cwd })

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What a failed command must be like: nothing on standard output, one or two lines, no stack, no new file. */
export function assertRefused(words: readonly string[], options: SpawnOptions, status: 1 | 2, message: RegExp): void {
  const before = readdirSync(options.cwd)
  for (const flags of [[], ['--json']]) {
    const ended = sluice([...words, ...flags], options)
    assert.match(ended.stderr, message)
    assert.equal(ended.status, status, ended.stderr)
    assert.equal(ended.stdout, '')
    assert.match(ended.stderr, /^error: [^\n]+\n(?:[^\n]+\n)?$/)
    assert.doesNotMatch(ended.stderr, /\n\s+at |internal:/)
    assert.deepEqual(readdirSync(options.cwd), before)
  }
}

const FILLING = ['the', 'film', 'was', 'a', 'story', 'with', 'an', 'actor']
const GOOD = ['good', 'great', 'lovely']
const BAD = ['bad', 'awful', 'dull']

/** Texts of three to ten words, one of which tells the label. */
export function reviews(count: number): { review: string; sentiment: string }[] {
  return Array.from({ length: count }, (_, k) => {
    const isGood = k % 2 === 0
    const words = Array.from({ length: 2 + (k % 8) }, (_, i) => FILLING[(k * 5 + i * 3) % FILLING.length])
    words.splice(k % words.length, 0, (isGood ? GOOD : BAD)[k % 3])
    return { review: words.join(' '), sentiment: isGood ? 'positive' : 'negative' }
  })
}

/** A table of objects of the same keys; no value has a separator in it. */
export function delimited(rows: readonly Readonly<Record<string, string>>[], separator: ',' | '\t'): string {
  return [Object.keys(rows[0]), ...rows.map(row => Object.values(row))].map(row => `${row.join(separator)}\n`).join('')
}

/** Small enough to train in well under a second, large enough to learn which words are good. */
const SIZES = ['--epochs', '8', '--hidden', '8', '--embedding', '8', '--batch', '32', '--pooling', 'last']
export const SMALL = [...SIZES, '--learning-rate', '0.03', '--schedule', 'constant', '--dropout', '0']
