/** The main job end to end: what it prints, what it writes, and that the commands it prints work. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { TextClassifier } from '../src/index.ts'

const ROOT = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sluice-start-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const node = (words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return { stdout, stderr }
}

describe('the main job', () => {
  let stdout = ''
  let stderr = ''
  before(() => {
    const ended = node([join(ROOT, 'examples/start.ts')])
    stdout = ended.stdout
    stderr = ended.stderr
  })

  it('shows progress on standard error, a plain line an epoch', () => {
    const line = /^epoch \d+\/\d+ {2}loss \d\.\d{3} {2}validation \d+\.\d % {2}[\d,]+ tokens\/s( {2}\d+:\d\d left)?$/
    const lines = stderr.trimEnd().split('\n')
    assert.ok(lines.length > 1)
    for (const text of lines) assert.match(text, line)
  })

  it('tells the test accuracy beside the majority share, far above it', () => {
    const [, accuracy, majority] = /Test accuracy ([\d.]+) %;.* has ([\d.]+) %/.exec(stdout) ?? []
    assert.ok(Number(majority) > 50 && Number(majority) < 55, stdout)
    assert.ok(Number(accuracy) > 75, stdout)
  })

  it('answers texts of films, food and gadgets with a probability', () => {
    const answers = stdout.match(/^ {2}(positive|negative) +\d+\.\d % {3}\S.*$/gm) ?? []
    assert.equal(answers.length, 7)
    assert.match(answers[0], /positive.*wonderful/)
    assert.match(answers[5], /negative.*charger broke/)
    assert.match(answers[6], /the plot is thin but the acting carries it/)
  })

  it('draws the forget and the input gate, a token a line, without colour where there is no terminal', () => {
    const lines = stdout.match(/^ {2}\S+ +█\S* +\d+ % {2}█\S* +\d+ % {2}\d+\.\d %$/gm) ?? []
    assert.deepEqual(
      lines.map(line => line.trim().split(' ')[0]),
      ['the', 'food', 'was', 'good', 'but', 'the', 'service', 'was', 'slow'],
    )
    assert.match(stdout, /^ +forget gate +input gate +positive so far$/m)
    assert.ok(!stdout.includes('\x1b'))
  })

  it('writes the model and the sentences', () => {
    assert.deepEqual(readdirSync(join(folder, 'out')).sort(), [
      'sentences-test.csv',
      'sentences-training.csv',
      'sentiment.safetensors',
    ])
    const model = TextClassifier.fromBytes(readFileSync(join(folder, 'out/sentiment.safetensors')))
    assert.deepEqual(model.labels, ['negative', 'positive'])
    assert.deepEqual(model.columns, { text: 'text', label: 'label' })
  })

  it('prints commands that work as printed', () => {
    const printed = stdout.match(/^ {2}npm run --silent sluice -- .*$/gm) ?? []
    assert.deepEqual(
      printed.map(line => line.trim().split(' ')[5]),
      ['predict', 'info', 'evaluate', 'train'],
    )
    for (const line of printed) {
      const words =
        line
          .trim()
          .replace('npm run --silent sluice -- ', '')
          .match(/"[^"]*"|\S+/g) ?? []
      const few = words[0] === 'train' ? ['--epochs', '1'] : []
      const answered = node([join(ROOT, 'src/cli/main.ts'), ...words.map(w => w.replaceAll('"', '')), ...few])
      assert.notEqual(answered.stdout, '')
    }
  })
})
