import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gradientNorm } from '../training/gradient-norm.ts'
import { adam } from '../training/optimizers/adam.ts'
import { sgd } from '../training/optimizers/sgd.ts'
import { constant } from '../training/schedules/constant.ts'
import type { Checkpoints, ExperimentContext } from './experiment.ts'
import { type LanguageRecipe, networkOf, perSequence, trainByRecipe } from './recurrent-language.ts'
import { runsOf } from './text-runs.ts'

/** A text whose next id is mostly the one after, so that there is something to learn. */
const ids = Int32Array.from({ length: 1201 }, (_, k) => (k % 13 === 0 ? (k * 7) % 10 : k % 10))
const parts = {
  vocabulary: 10,
  training: runsOf(ids.subarray(0, 901), 5),
  validation: [ids.subarray(900, 1050)],
  test: [ids.subarray(1050)],
}
const recipe: LanguageRecipe = {
  embedding: 6,
  hidden: [8, 7],
  dropout: 0.2,
  uniform: null,
  batch: 5,
  unroll: 9,
  epochs: 4,
  optimizer: adam,
  learningRate: 0.01,
  clipNorm: 1,
  schedule: constant,
  restart: 0.1,
}
const context: ExperimentContext = { extent: 'test', variant: null, seeds: [1], readText: async () => '' }

class Memory implements Checkpoints {
  readonly #saved = new Map<string, Uint8Array>()

  async load(name: string): Promise<Uint8Array | null> {
    return this.#saved.get(name) ?? null
  }

  async save(name: string, bytes: Uint8Array): Promise<void> {
    this.#saved.set(name, bytes)
  }
}

const weightsOf = ({ network }: { network: ReturnType<typeof networkOf> }) =>
  [...network.parameters()].map(([name, t]) => [name, [...t.toArray()]])

test('a run that was stopped goes on to the same bits as one that was not', async () => {
  const unbroken = await trainByRecipe('run', recipe, parts, 1, context)
  const checkpoints = new Memory()
  const controller = new AbortController()
  const stop = (share: number) => share > 0.4 && controller.abort(new Error('stopped'))
  const broken = { ...context, checkpoints, signal: controller.signal, onProgress: stop }
  await assert.rejects(trainByRecipe('run', recipe, parts, 1, broken), /stopped/)
  const resumed = await trainByRecipe('run', recipe, parts, 1, { ...context, checkpoints })
  assert.deepEqual(weightsOf(resumed), weightsOf(unbroken))
  assert.deepEqual(resumed.test, unbroken.test)
  const losses = (run: typeof resumed) => run.epochs.map(({ loss, validation }) => [loss, validation.loss])
  assert.deepEqual(losses(resumed), losses(unbroken))
})

test('a checkpoint of another recipe is refused', async () => {
  const checkpoints = new Memory()
  await trainByRecipe('run', { ...recipe, epochs: 1 }, parts, 1, { ...context, checkpoints })
  const other = trainByRecipe('run', { ...recipe, unroll: 10 }, parts, 1, { ...context, checkpoints })
  await assert.rejects(other, /unroll was 9, now 10/)
})

test('all weights begin within the bound of a uniform recipe', () => {
  const values = [
    ...networkOf({ ...recipe, uniform: 0.1 }, 10, 1)
      .parameters()
      .values(),
  ].flatMap(t => [...t.toArray()])
  assert.ok(values.every(value => Math.abs(value) <= 0.1))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  // Of a uniform distribution: 0.1 / √3, here of some 1500 values.
  assert.ok(Math.abs(mean) < 0.005 && Math.abs(deviation - 0.1 / Math.sqrt(3)) < 0.003, `${mean} ${deviation}`)
})

test('a rate and a clip norm per sequence are those of a loss that is summed over its steps', async () => {
  // One step: the weights move by rate · min(1, clip / ‖T g‖) · T g, so no further than rate · clip.
  const clipped = { ...recipe, ...perSequence(0.5, 1e-3, 9), optimizer: sgd, dropout: 0, epochs: 1, unroll: 9 }
  const short = { ...parts, training: parts.training.map(run => run.subarray(0, 10)) }
  const first = networkOf(clipped, 10, 1)
  const { network } = await trainByRecipe('run', clipped, short, 1, context)
  let distance = 0
  for (const [name, t] of network.parameters()) {
    const before = first.parameters().get(name)?.toArray() ?? []
    t.toArray().forEach((value, k) => {
      distance += (value - before[k]) ** 2
    })
  }
  assert.ok(Math.abs(Math.sqrt(distance) - 0.5e-3) < 1e-5, `${Math.sqrt(distance)}`)
  assert.equal(gradientNorm(network.parameters()), 0)
})
