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
writeFileSync(
  join(cwd, 'reviews.txt'),
  reviews(3000)
    .map(({ review }) => `${review}\n`)
    .join(''),
)
const sizes = ['--hidden', '24', '--embedding', '16', '--batch', '8', '--recurrent-dropout', '0.1']
const often = ['--epochs', '12', '--patience', '12', '--checkpoint-every', '0.05']
const trainings = [
  { kind: 'classifier', words: ['train', 'classifier', 'reviews.csv', ...sizes, ...often] },
  { kind: 'language model', words: ['train', 'language-model', 'reviews.txt', ...sizes, ...often, '--unroll', '20'] },
]

for (const { kind, words } of trainings) {
  const trainTo = (out: string) => [...words, '--out', out]
  test(`killed ${KILLS} times and gone on with, a ${kind}'s training ends with the unbroken run's bytes`, async t => {
    const whole = sluice(trainTo('whole.safetensors'), { cwd })
    assert.equal(whole.status, 0, whole.stderr)
    const broken = [...trainTo(`${kind}.safetensors`), '--resume']
    const hits = await killedOften(broken, line => t.diagnostic(line))
    assert.ok(hits >= KILLS / 2, `${hits} kills before the end`)
    assert.ok(existsSync(join(cwd, `${kind}.safetensors.checkpoint`)))
    const last = sluice(broken, { cwd })
    assert.equal(last.status, 0, last.stderr)
    assert.match(last.stderr, /^[\w ]+\.safetensors\.checkpoint: going on after \d+ epoch/)
    assert.deepEqual(readFileSync(join(cwd, `${kind}.safetensors`)), readFileSync(join(cwd, 'whole.safetensors')))
  })
}

/** Starts a command again and again and kills it. @returns How often it was killed before its end. */
async function killedOften(words: readonly string[], tell: (line: string) => void): Promise<number> {
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
    tell(`kill ${kill}: ${milliseconds} ms after ${afterFirstStep ? 'the first step' : 'the start'}, ${signal}`)
  }
  return hits
}
