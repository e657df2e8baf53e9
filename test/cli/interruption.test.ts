/** Ctrl-C, a reader that leaves, a full disk, and what a terminal shows. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { delimited, json, MAIN, reviews, SMALL, sluice, started, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
const many = Array.from({ length: 100 }, () => reviews(120)).flat()

before(() => {
  writeFileSync(join(cwd, 'reviews.csv'), delimited(reviews(60), ','))
  writeFileSync(join(cwd, 'many.csv'), delimited(many, ','))
  json(['train', 'classifier', 'reviews.csv', '--epochs', '1', ...SMALL.slice(2)], { cwd })
})

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} during training ends it between two steps with exit ${code}, and leaves its checkpoint`, async () => {
    const files = readdirSync(cwd)
    const out = `${signal}.safetensors`
    const words = ['train', 'classifier', 'many.csv', '--epochs', '1000', '--patience', '1000', '--out', out]
    const child = started(words, cwd)
    let stderr = ''
    child.stderr.on('data', (text: Buffer) => {
      // The first line is written after the first step.
      if (stderr === '') child.kill(signal)
      stderr += text
    })
    const [status] = await once(child, 'close')
    assert.equal(status, code)
    const line = `sluice ${words.join(' ')} --resume`
    assert.ok(stderr.endsWith(`stopped by ${signal}; this goes on from ${out}.checkpoint:\n${line}\n`), stderr)
    assert.deepEqual(
      readdirSync(cwd).filter(name => !files.includes(name)),
      [`${out}.checkpoint`],
    )
  })
}

test('Ctrl-C ends a predict that waits for standard input', async () => {
  const child = started(['predict', 'reviews.safetensors', '-'], cwd)
  child.stdin.write('a good film\n')
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  const [status] = await once(child, 'close')
  assert.equal(status, 130)
})

test('a line on standard input is answered before the next one comes', { timeout: 20_000 }, async () => {
  const child = started(['predict', 'reviews.safetensors', '-'], cwd)
  for (const text of ['a good film', 'a bad film']) {
    child.stdin.write(`${text}\n`)
    const [answer] = await once(child.stdout, 'data')
    assert.match(String(answer), new RegExp(`\t${text}\n$`))
  }
  child.stdin.end()
  assert.deepEqual(await once(child, 'close'), [0, null])
})

test('a reader that leaves ends it quietly', async () => {
  const child = started(['predict', 'reviews.safetensors', '--file', 'many.csv', '--quiet'], cwd)
  let stderr = ''
  child.stderr.on('data', (text: Buffer) => {
    stderr += text
  })
  await once(child.stdout, 'data')
  child.stdout.destroy()
  assert.deepEqual(await once(child, 'close'), [0, null])
  assert.equal(stderr, '')
})

test('a full disk is an error', { skip: existsSync('/dev/full') ? false : 'this system has no /dev/full' }, () => {
  const stdio: ['ignore', number, 'pipe'] = ['ignore', openSync('/dev/full', 'w'), 'pipe']
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'doctor'], { cwd, stdio, encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /^error: standard output: expected room to write, got ENOSPC.*\n$/)
})

const hasScript = spawnSync('script', ['--version']).status === 0
test('a terminal gets one line that is drawn over, and it is gone at the end', {
  skip: hasScript ? false : 'the program script is not here',
}, () => {
  const command = `'${process.execPath}' '${MAIN}' train classifier reviews.csv --epochs 40 --patience 40`
  const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm' },
  })
  assert.equal(status, 0, stdout)
  const visible = stdout.replaceAll('\r\x1b[2K', '<clear>')
  assert.match(visible, /<clear>[█░]{10} epoch \d+\/40 {2}loss \d\.\d{3} {2}/)
  assert.doesNotMatch(visible, /\n[█░]/)
  assert.match(visible, /<clear>validation {2}accuracy/)
})

test('what would move the cursor does not reach the terminal from a file', () => {
  writeFileSync(join(cwd, 'evil.jsonl'), `${JSON.stringify({ text: 'a\u001b[2J\u009bb' })}\n`)
  const { stdout } = sluice(['predict', 'reviews.safetensors', '--file', 'evil.jsonl'], { cwd })
  assert.match(stdout, /\ta \[2J b\n$/)
})
