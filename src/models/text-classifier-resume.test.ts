/**
 * A training that is stopped and goes on ends with the bytes of the unbroken one.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { DivergenceError, ModelFileError } from '../errors/errors.ts'
import { readCheckpoint } from './checkpoint-file.ts'
import { english, madeUpTexts, quick } from './made-up-texts.test-support.ts'
import { TextClassifier, type TrainOptions } from './text-classifier.ts'

const rows = madeUpTexts(english, 40)

/** All that draws or remembers: each kind of noise, a schedule that looks back, steps of several batches. */
const noisy: TrainOptions = {
  ...quick,
  hidden: [5, 4],
  bidirectional: true,
  initialState: 'learned',
  epochs: 3,
  patience: 3,
  recurrentDropout: 0.2,
  zoneout: 0.1,
  weightDrop: 0.1,
  accumulate: 2,
  warmUp: 2,
  schedule: 'plateau',
}

/** Trains until a number of steps, from a checkpoint or the beginning. @returns The checkpoints that were saved. */
async function stopped(options: TrainOptions, steps: number, resume?: Uint8Array, everySeconds = 1e6) {
  const abort = new AbortController()
  const saved: Uint8Array[] = []
  let made = 0
  const running = TextClassifier.train(rows, {
    ...options,
    signal: abort.signal,
    onProgress: () => {
      if (++made === steps) abort.abort(new Error('stop'))
    },
    checkpoint: { everySeconds, save: async bytes => void saved.push(bytes) },
    ...(resume && { resume }),
  })
  await assert.rejects(running, /^Error: stop$/)
  return saved
}

/** Trains to the end. */
async function finished(options: TrainOptions, resume?: Uint8Array) {
  const saved: Uint8Array[] = []
  const model = await TextClassifier.train(rows, {
    ...options,
    checkpoint: { everySeconds: 1e6, save: async bytes => void saved.push(bytes) },
    ...(resume && { resume }),
  })
  return { model, bytes: model.toBytes(), saved }
}

const unbroken = await finished(noisy)
const STEPS = 9 // 36 rows, 5 batches, 3 steps of up to two batches, 3 epochs

describe('a training that goes on', () => {
  it('ends with the bytes of the unbroken one, wherever it was stopped', async () => {
    assert.equal(unbroken.saved.length, 3, 'after each epoch')
    for (let steps = 1; steps <= STEPS; steps++) {
      const saved = await stopped(noisy, steps)
      const state = readCheckpoint(saved.at(-1) as Uint8Array).state
      assert.equal(state.steps, steps)
      const again = await finished(noisy, saved.at(-1))
      assert.deepEqual(again.bytes, unbroken.bytes, `stopped after step ${steps}`)
      const losses = (model: TextClassifier) => model.epochs.map(({ seconds: _, ...epoch }) => epoch)
      assert.deepEqual(losses(again.model), losses(unbroken.model))
    }
  })

  it('may be stopped after every step', async () => {
    let last: Uint8Array | undefined
    for (let k = 0; k < STEPS; k++) last = (await stopped(noisy, 1, last)).at(-1)
    assert.deepEqual((await finished(noisy, last)).bytes, unbroken.bytes)
  })

  it('goes on from what was saved between two steps, not only at the end', async () => {
    const saved = await stopped(noisy, 5, undefined, 0)
    assert.equal(saved.length, 6, 'four steps, an epoch, and the step that it was stopped after')
    for (const bytes of saved) assert.deepEqual((await finished(noisy, bytes)).bytes, unbroken.bytes)
  })

  for (const change of [
    { optimizer: 'sgd', schedule: 'cosine' },
    { optimizer: 'rmsprop', schedule: 'step' },
    { optimizer: 'adagrad', schedule: 'exponential', classWeights: 'balanced' },
    { optimizer: 'lazy-adam', accumulate: 2 },
    { optimizer: 'adamw', cell: 'gru', clipValue: 0.1, labelSmoothing: 0.1 },
  ] as const) {
    it(`with ${Object.values(change).join(', ')}`, async () => {
      const options = { ...noisy, ...change, learningRate: null }
      const whole = await finished(options)
      const saved = await stopped(options, 5)
      assert.deepEqual((await finished(options, saved.at(-1))).bytes, whole.bytes)
    })
  }

  it('writes the model again when it was finished, and trains on for more epochs', async () => {
    const end = unbroken.saved.at(-1) as Uint8Array
    const again = await finished(noisy, end)
    assert.deepEqual(again.bytes, unbroken.bytes)
    assert.equal(again.saved.length, 0)
    const longer = { ...noisy, epochs: 5, patience: 5 }
    const patient = { ...noisy, patience: 5 }
    const short = await finished(patient)
    assert.deepEqual((await finished(longer, short.saved.at(-1))).bytes, (await finished(longer)).bytes)
  })

  it('keeps the last good one when it diverges', async () => {
    const wild: TrainOptions = {
      ...quick,
      optimizer: 'sgd',
      learningRate: 1000,
      clipNorm: 1e9,
      epochs: 30,
      patience: 30,
    }
    const saved: Uint8Array[] = []
    const running = TextClassifier.train(rows, {
      ...wild,
      cell: 'rnn-relu',
      checkpoint: { everySeconds: 0, save: async bytes => void saved.push(bytes) },
    })
    await assert.rejects(running, DivergenceError)
    assert.ok(saved.length > 0)
    for (const bytes of saved) {
      for (const { data } of readCheckpoint(bytes).state.arrays.values()) assert.ok(data.every(Number.isFinite))
    }
  })
})

describe('a checkpoint of another run is refused, each difference named', () => {
  const middle = stopped(noisy, 4).then(saved => saved.at(-1) as Uint8Array)
  const refused = async (options: TrainOptions, message: RegExp, data = rows) => {
    const resume = await middle
    await assert.rejects(TextClassifier.train(data, { ...options, resume }), (error: unknown) => {
      assert.ok(error instanceof ModelFileError, String(error))
      assert.match(error.message, message)
      return true
    })
  }
  const begin = 'resume: expected the run that the checkpoint is of, got another: '

  it('options, all of them', async () => {
    await refused(
      { ...noisy, seed: 2, batch: 4, optimizer: 'sgd', embedding: 7, maxTokens: 3 },
      new RegExp(
        `^${begin}seed was 1, now 2; maxTokens was 400, now 3; embedding was 8, now 7; batch was 8, now 4; ` +
          'optimizer was "adam", now "sgd"\\. Give the same, or another --checkpoint file to start anew\\.$',
      ),
    )
    await refused({ ...noisy, cell: 'gru' }, /another: cell was "lstm", now "gru"\./)
    await refused({ ...noisy, tokens: 'character' }, /another: tokens was "word", now "character"\./)
  })

  it('data, arithmetic, and what the weights began with', async () => {
    await refused(noisy, /another: the data is other\./, [...rows.slice(1), rows[0]])
    await refused({ ...noisy, device: createWasmDevice({ arithmetic: 'plain' }) }, /arithmetic was .*, now "plain"/)
    const { embedding: _, ...free } = noisy
    const vectors = async () => ({ dimensions: 8, vectors: new Map([['film', new Float32Array(8)]]) })
    await refused({ ...free, vectors }, /another: vectors was null, now "[0-9a-f]{16}"\./)
    await refused({ ...noisy, from: unbroken.model }, /another: from was null, now "[0-9a-f]{16}"\./)
  })

  it('but epochs, and who looks on, may be others', async () => {
    const resume = await middle
    await TextClassifier.train(rows, { ...noisy, epochs: 2, onProgress: () => {}, resume })
  })

  it('and a model is no checkpoint, nor a checkpoint a model', async () => {
    await assert.rejects(TextClassifier.train(rows, { ...noisy, resume: unbroken.bytes }), {
      name: 'ModelFileError',
      message: 'checkpoint: expected a checkpoint, got a model. Give the file that --checkpoint wrote.',
    })
    const bytes = await middle
    assert.throws(() => TextClassifier.fromBytes(bytes), /^ModelFileError: model file: expected a model, got a checkp/)
  })
})
