import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { OptionError } from '../errors/errors.ts'
import { lengthsOf, uniformValues } from './repeatable-numbers.ts'
import { type ClassifierWorkload, workloadNamed, workloads, workOf } from './workloads.ts'

test('the workloads are those of the peers', () => {
  const path = resolve(import.meta.dirname, '../../bench/peers/workloads.json')
  assert.deepEqual(JSON.parse(JSON.stringify(workloads)), JSON.parse(readFileSync(path, 'utf8')).workloads)
})

test('an unknown workload is refused with the nearest name', () => {
  assert.throws(() => workloadNamed('lstm-smal'), { constructor: OptionError, message: /did you mean "?lstm-small/i })
})

test('work is counted in products: 2 · tokens · gates · H · (I + H) a layer, three times for training', () => {
  const forward = 2 * 128 * 32 * 4 * 128 * (128 + 128)
  assert.equal(workOf(workloads['lstm-small'], 'infer').flops, forward)
  assert.equal(workOf(workloads['lstm-small'], 'train').flops, 3 * forward)
  const generate = 2 * 4 * 256 * (65 + 256) + 2 * 256 * 65
  assert.deepEqual(workOf(workloads.generate, 'generate'), { flops: generate, tokens: 1, sentences: 0 })
})

test('lengths and numbers are those that the peers draw', () => {
  // From bench/peers/lib/measure.mjs: lengthsOf(workloads.sentiment), uniform(3, 5).
  const lengths = lengthsOf(workloads.sentiment as ClassifierWorkload)
  assert.deepEqual(lengths.slice(0, 4), [10, 42, 22, 31])
  assert.equal(workOf(workloads.sentiment, 'train').tokens, 1136)
  assert.deepEqual([...uniformValues(3, 5)], [-0.5239886045455933, 0.4641714096069336, -0.5138498544692993])
})
