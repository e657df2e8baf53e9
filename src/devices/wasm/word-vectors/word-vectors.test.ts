/** Kernels of word vectors against the same in 64 bits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spawnWorker } from '../../../platform/node/threads.ts'
import { uniform } from '../../../random/draw.ts'
import { keyOf } from '../../../random/key.ts'
import { startTeam, stopTeam } from '../threads/start-team.ts'
import { createWasmDevice, type WasmDevice, type WasmDeviceOptions } from '../wasm-device.ts'
import { SETS } from './batches.ts'
import {
  type Chunk,
  chunkIdsFor,
  type WordVectorSettings,
  WordVectorTrainer,
  type WordVectorWeights,
} from './trainer.ts'
import { itemsOf, referenceTrain, rowsOf } from './word-vectors.test-reference.ts'

const WORDS = 40

/** Any two numbers per word will do for a table. */
const aliases = Uint32Array.from({ length: 2 * WORDS }, (_, k) =>
  k % 2 === 0 ? uniform(keyOf(5, 'threshold'), k) * 2 ** 32 : (7 * k) % WORDS,
)

/** Paths of k mod 11 + 1 nodes, none twice in one. */
const starts = Int32Array.from({ length: WORDS + 1 }, (_, k) => {
  let sum = 0
  for (let word = 0; word < k; word++) sum += (word % 11) + 1
  return sum
})
const paths = {
  starts,
  nodes: Int32Array.from({ length: starts[WORDS] }, (_, k) => (k * 14) % (WORDS - 1)),
  labels: Uint8Array.from({ length: starts[WORDS] }, (_, k) => (k % 3 === 0 ? 1 : 0)),
}

const settingsOf = (given: Partial<WordVectorSettings>): WordVectorSettings => ({
  architecture: 'cbow',
  words: WORDS,
  dimensions: 20,
  window: 3,
  thresholds: Uint32Array.from({ length: WORDS }, (_, k) => (k < 4 ? 2 ** 31 : 2 ** 32 - 1)),
  loss: { negatives: 5, aliases },
  ...given,
})

function weightsOf({ dimensions }: WordVectorSettings): WordVectorWeights {
  const drawn = (name: string) =>
    Float32Array.from({ length: WORDS * dimensions }, (_, k) => 2 * uniform(keyOf(3, name), k) - 1)
  return { inputs: drawn('inputs'), outputs: drawn('outputs') }
}

/** A text with ends of sentences, in two chunks of which the second is short and odd. */
const chunks: readonly Chunk[] = [
  { length: 300, position: 0, rate: 0.05 },
  { length: 61, position: 300, rate: 0.03 },
].map(({ length, position, rate }) => ({
  ids: Int32Array.from({ length }, (_, k) => {
    const u = uniform(keyOf(4, 'text'), position + k)
    return u < 0.08 ? -1 : Math.floor(((u - 0.08) / 0.92) ** 2 * WORDS)
  }),
  key: keyOf(9, 'epoch'),
  position,
  rate,
}))

function trained(settings: WordVectorSettings, options: WasmDeviceOptions = {}): WordVectorWeights {
  return trainedOn(createWasmDevice(options), settings)
}

function trainedOn(device: WasmDevice, settings: WordVectorSettings): WordVectorWeights {
  const trainer = new WordVectorTrainer(device.runtime, settings)
  trainer.write(weightsOf(settings))
  for (const chunk of chunks) trainer.train([chunk])
  const weights = trainer.read()
  trainer.release()
  return weights
}

const cases: readonly (readonly [string, Partial<WordVectorSettings>])[] = [
  ['CBOW, 5 negative words', {}],
  ['CBOW, 5 negative words, 100 dimensions', { dimensions: 100 }],
  ['CBOW, 1 negative word, 200 dimensions', { dimensions: 200, loss: { negatives: 1, aliases } }],
  ['CBOW, 10 negative words, a window of 9', { window: 9, loss: { negatives: 10, aliases } }],
  ['CBOW, hierarchical softmax', { loss: paths }],
  ['skip-gram, 5 negative words', { architecture: 'skip-gram' }],
  [
    'skip-gram, 12 negative words, 3 dimensions',
    { architecture: 'skip-gram', dimensions: 3, loss: { negatives: 12, aliases } },
  ],
  ['skip-gram, hierarchical softmax, 50 dimensions', { architecture: 'skip-gram', dimensions: 50, loss: paths }],
]

for (const [name, given] of cases) {
  test(`${name}: the kernels change weights as the reference does`, () => {
    const settings = settingsOf(given)
    const before = weightsOf(settings)
    const rows = rowsOf(before, settings.dimensions)
    for (const chunk of chunks) referenceTrain(rows, settings, chunk)
    const weights = trained(settings)
    for (const kind of ['inputs', 'outputs'] as const) {
      const expected = rows[kind].flatMap(row => [...row])
      let moved = 0
      expected.forEach((value, k) => {
        moved = Math.max(moved, Math.abs(value - before[kind][k]))
        assert.ok(Math.abs(weights[kind][k] - value) < 2e-5, `${kind} ${k}: ${weights[kind][k]}, expected ${value}`)
      })
      assert.ok(moved > 0.1, `${kind} moved ${moved}`)
    }
  })
}

const variants: readonly WasmDeviceOptions[] = [{ wide: true }, { wide: false }]

for (const arithmetic of ['relaxed', 'plain'] as const) {
  test(`${arithmetic} arithmetic: wide and narrow kernels give the same bits`, () => {
    for (const [, given] of cases) {
      const [wide, narrow] = variants.map(variant => trained(settingsOf(given), { ...variant, arithmetic }))
      assert.deepEqual(wide, narrow)
    }
  })
}

test('plain arithmetic is near to the reference, too', () => {
  const settings = settingsOf({ dimensions: 24 })
  const rows = rowsOf(weightsOf(settings), 24)
  for (const chunk of chunks) referenceTrain(rows, settings, chunk)
  const { inputs } = trained(settings, { arithmetic: 'plain' })
  const gaps = rows.inputs.flatMap((row, word) => [...row].map((value, d) => Math.abs(value - inputs[24 * word + d])))
  assert.ok(Math.max(...gaps) < 2e-5)
})

test('any number of threads gives the same bits', async () => {
  for (const architecture of ['cbow', 'skip-gram'] as const) {
    const settings = settingsOf({ dimensions: 200, architecture })
    const alone = trained(settings)
    for (const threads of [2, 3, 7]) {
      const device = createWasmDevice()
      await startTeam(device, threads, spawnWorker, { maySleep: true, dividesAll: true })
      assert.deepEqual(trainedOn(device, settings), alone, `${architecture}, ${threads} threads`)
      stopTeam(device)
    }
  }
})

test('the cut into chunks does not matter where sentences end', () => {
  const settings = settingsOf({ architecture: 'skip-gram' })
  const [{ ids, key }] = chunks
  const cut = ids.lastIndexOf(-1, 200) + 1
  const whole = itemsOf(settings, { ids, key, position: 0, rate: 0.05 })
  const parts = [ids.slice(0, cut), ids.slice(cut)].flatMap((part, k) =>
    itemsOf(settings, { ids: part, key, position: k * cut, rate: 0.05 }),
  )
  assert.deepEqual(parts, whole)
  assert.ok(whole.length > 100)
})

test('the loss of a sample is what the reference gives the right answers', () => {
  const settings = settingsOf({ dimensions: 16 })
  const device = createWasmDevice()
  const trainer = new WordVectorTrainer(device.runtime, settings)
  trainer.write(weightsOf(settings))
  // So small a rate that the weights stay as they are.
  const chunk = { ...chunks[0], rate: 1e-12 }
  trainer.train([chunk])
  const { sum, predictions } = trainer.takeLoss()
  const { inputs, outputs } = rowsOf(weightsOf(settings), 16)
  const losses = itemsOf(settings, chunk).map(({ contexts, tiles }) => {
    const h = inputs[0].map((_, d) => contexts.reduce((total, id) => total + inputs[id][d], 0) / contexts.length)
    return tiles.flat().reduce((total, { id, label }) => {
      const x = h.reduce((dot, value, d) => dot + value * outputs[id][d], 0)
      return total + Math.log(1 + Math.exp(label === 1 ? -x : x))
    }, 0)
  })
  const sampled = losses.filter((_, k) => k % SETS === 0)
  assert.equal(predictions, sampled.length)
  const expected = sampled.reduce((total, loss) => total + loss, 0)
  assert.ok(Math.abs(sum - expected) < 1e-3 * expected, `${sum}, expected ${expected}`)
  assert.deepEqual(trainer.takeLoss(), { sum: 0, predictions: 0 })
  trainer.release()
})

test('threads that race learn, too', async () => {
  const settings = settingsOf({ dimensions: 32, isFast: true })
  const device = createWasmDevice()
  await startTeam(device, 2, spawnWorker, { maySleep: true, dividesAll: true })
  const trainer = new WordVectorTrainer(device.runtime, settings)
  trainer.write(weightsOf(settings))
  assert.equal(trainer.chunksAtOnce, 2)
  // One chunk alone has nobody to race with.
  trainer.train(chunks.slice(0, 1))
  const rows = rowsOf(weightsOf(settings), 32)
  referenceTrain(rows, settings, chunks[0])
  const { inputs } = trainer.read()
  rows.inputs.forEach((row, word) => {
    row.forEach((value, d) => {
      assert.ok(Math.abs(value - inputs[32 * word + d]) < 2e-5)
    })
  })
  const first = trainer.takeLoss()
  for (let round = 0; round < 30; round++) trainer.train(chunks)
  trainer.takeLoss()
  trainer.train(chunks)
  const last = trainer.takeLoss()
  assert.ok(last.sum / last.predictions < 0.8 * (first.sum / first.predictions), `${JSON.stringify([first, last])}`)
  trainer.release()
  stopTeam(device)
})

test('chunks are short where a place takes long', () => {
  const usual = { dimensions: 100, window: 5 }
  assert.equal(chunkIdsFor(settingsOf(usual)), 8192)
  const heavy = chunkIdsFor(settingsOf({ architecture: 'skip-gram', dimensions: 300, window: 10 }))
  assert.ok(heavy >= 512 && heavy < 2000, `${heavy}`)
})

test('a trainer gives all its memory back', () => {
  const device = createWasmDevice()
  // Kernels and their constants stay.
  trainedOn(device, settingsOf({}))
  const before = device.runtime.memory.bytesInUse
  trainedOn(device, settingsOf({ dimensions: 300, window: 8 }))
  assert.equal(device.runtime.memory.bytesInUse, before)
})
