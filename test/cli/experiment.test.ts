/** `sluice experiment`: what it writes, and what it refuses. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { experiments } from '../../src/experiments/registry.ts'
import { assertRefused, json, sluice, started, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const run = (...words: string[]) => sluice(['experiment', ...words], { cwd })

test('list names each experiment and its variants', () => {
  const { status, stdout } = run('list')
  assert.equal(status, 0)
  const { experiments: listed } = json(['experiment', 'list'], { cwd })
  assert.deepEqual(
    listed.map(({ name }: { name: string }) => name),
    experiments.map(({ name }) => name),
  )
  for (const { name, about, variants } of experiments) {
    assert.ok(stdout.includes(name) && stdout.includes(about))
    for (const variant of Object.keys(variants)) assert.ok(stdout.includes(`--${variant}`))
  }
})

test('an experiment gives a table, a result and its charts; --json the result alone', () => {
  const { status, stdout, stderr } = run('reber', '--quick', '--seeds', '1', '--out', 'a')
  assert.equal(status, 0, stderr)
  assert.match(stdout, /LSTM, 24 units +seeds that solve it within 10,000 strings +100 %/)
  assert.match(stdout, /8440 \(Hochreiter & Schmidhuber 1997, table 1\) +yes/)
  const files = readdirSync(join(cwd, 'a')).sort()
  assert.deepEqual(files, ['reber-quick-solved.svg', 'reber-quick.json'])
  const result = JSON.parse(readFileSync(join(cwd, 'a/reber-quick.json'), 'utf8'))
  assert.match(readFileSync(join(cwd, 'a/reber-quick-solved.svg'), 'utf8'), /^<svg [\s\S]*<\/svg>\n$/)

  const again = json(['experiment', 'reber', '--quick', '--seeds', '1', '--out', 'a'], { cwd })
  const fields = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8').match(
    /## experiment\n[\s\S]*?\n## /,
  )
  for (const field of Object.keys(again)) assert.ok(fields?.[0].includes(`\`${field}`), `docs/cli.md, ${field}`)
  // The same seeds, the same numbers; only the clock differs.
  for (const field of ['figures', 'charts', 'seeds', 'command', 'question']) {
    assert.deepEqual(again[field], result[field])
  }
  assert.equal(result.command, 'sluice experiment reber --quick --seeds 1')
})

test('an unknown experiment, and a variant of another one, are mistakes of the command line', () => {
  const refused = (words: string[], message: RegExp) => assertRefused(['experiment', ...words], { cwd }, 2, message)
  refused(['rebr'], /expected list or one of .*, got "rebr"\. Did you mean "reber"\?/)
  refused(
    ['reber', '--dropout'],
    /sluice experiment reber: expected at most one variant \(--continual\), got --dropout/,
  )
})

test('missing data says where to get it, and nothing is written', () => {
  const refused = (message: RegExp) =>
    assertRefused(['experiment', 'penn-treebank', '--data', 'nowhere'], { cwd }, 1, message)
  refused(/expected the data set lm\/ptb, got nothing at nowhere.*\. It is in https:\/\/.*simple-examples\.tgz/)
})

test('a folder of results that cannot be made is refused before anything runs', () => {
  writeFileSync(join(cwd, 'file'), '')
  assertRefused(
    ['experiment', 'reber', '--out', 'file'],
    { cwd },
    1,
    /--out: expected a folder that can be made, got file/,
  )
})

test('a file that is no gzip, and one that is not there, are named', () => {
  mkdirSync(join(cwd, 'data/lm/ptb'), { recursive: true })
  writeFileSync(join(cwd, 'data/lm/ptb/ptb.train.txt.gz'), 'plain text')
  const refused = (message: RegExp) => {
    const { status, stdout, stderr } = run('penn-treebank', '--quick', '--data', 'data', '--out', 'b', '--json')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, message)
  }
  refused(/ptb\.train\.txt\.gz: expected gzip, got something else/)
})

test('Ctrl-C ends it; a long run leaves its checkpoint and the line that goes on from it', {
  timeout: 120_000,
}, async () => {
  for (const file of ['ptb.train.txt', 'ptb.valid.txt', 'ptb.test.txt']) {
    const lines = Array.from({ length: 6000 }, (_, k) => ` the ${['cat', 'dog', 'cow'][k % 3]} sat ${k % 17} times `)
    const text = `${lines.join('\n')}\n`
    const path = join(cwd, 'data/lm/ptb', file)
    if (file.includes('train')) writeFileSync(`${path}.gz`, gzipSync(text))
    else writeFileSync(path, text)
  }
  const words = ['experiment', 'penn-treebank', '--quick', '--data', 'data', '--out', 'c']
  const child = started(words, cwd)
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => {
    stderr += text
  })
  while (!existsSync(join(cwd, 'c')) || readdirSync(join(cwd, 'c')).length === 0) await setTimeout(20)
  child.kill('SIGINT')
  const [status] = await once(child, 'close')
  assert.equal(status, 130)
  const line = `sluice ${words.join(' ')} --resume`
  assert.ok(stderr.endsWith(`stopped by SIGINT; this goes on from the checkpoints in c:\n${line}\n`), stderr)
  const ended = sluice([...words, '--resume'], { cwd })
  assert.equal(ended.status, 0, ended.stderr)
  const files = readdirSync(join(cwd, 'c')).sort()
  assert.deepEqual(files, ['penn-treebank-quick-perplexity.svg', 'penn-treebank-quick.json'])
  assert.equal(JSON.parse(readFileSync(join(cwd, 'c/penn-treebank-quick.json'), 'utf8')).isResumed, true)
})
