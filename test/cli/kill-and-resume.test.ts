/** SIGKILL at random moments: the training that goes on ends with the unbroken run's bytes. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { uniform } from '../../src/random/draw.ts'
import { keyOf } from '../../src/random/key.ts'
import { delimited, reviews, sluice, started, temporaryFolder } from './spawn-sluice.ts'

const KILLS = 20
/** The moments follow from it. */
const SEED = 1

/** Of a run, from its start or from its first step on: both what prepares and what trains is hit, and what writes. */
function momentOf(kill: number) {
  const key = keyOf(SEED, 'kill', kill)
  return { afterFirstStep: uniform(key, 0) < 0.8, milliseconds: Math.round(uniform(key, 1) * 300) }
}

const cwd = temporaryFolder()
writeFileSync(join(cwd, 'reviews.csv'), delimited(reviews(3000), ','))
const trainTo = (out: string) => [
  ...['train', 'classifier', 'reviews.csv', '--out', out, '--epochs', '12', '--patience', '12'],
  ...[
    '--hidden',
    '24',
    '--embedding',
    '16',
    '--batch',
    '8',
    '--recurrent-dropout',
    '0.1',
    '--checkpoint-every',
    '0.05',
  ],
]

test(`killed ${KILLS} times and gone on with, a training ends with the unbroken run's bytes`, async t => {
  const whole = sluice(trainTo('whole.safetensors'), { cwd })
  assert.equal(whole.status, 0, whole.stderr)
  const words = [...trainTo('broken.safetensors'), '--resume']
  let hits = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const { afterFirstStep, milliseconds } = momentOf(kill)
    const child = started(words, cwd)
    const exit = once(child, 'exit')
    let stderr = ''
    child.stderr.on('data', (text: Buffer) => {
      stderr += text
    })
    if (afterFirstStep) await Promise.race([once(child.stderr, 'data'), exit])
    await sleep(milliseconds)
    child.kill('SIGKILL')
    const [status, signal] = await exit
    assert.ok(signal === 'SIGKILL' || status === 0, stderr)
    if (signal === 'SIGKILL') hits++
    t.diagnostic(`kill ${kill}: ${milliseconds} ms after ${afterFirstStep ? 'the first step' : 'the start'}, ${signal}`)
  }
  assert.ok(hits >= KILLS / 2, `${hits} kills before the end`)
  assert.ok(existsSync(join(cwd, 'broken.safetensors.checkpoint')))
  const last = sluice(words, { cwd })
  assert.equal(last.status, 0, last.stderr)
  assert.match(last.stderr, /^broken\.safetensors\.checkpoint: going on after \d+ epoch/)
  assert.deepEqual(readFileSync(join(cwd, 'broken.safetensors')), readFileSync(join(cwd, 'whole.safetensors')))
})
