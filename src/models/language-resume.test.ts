/**
 * A training of a language model that is stopped anywhere goes on to the same bytes: weights, optimizer, and the state
 * carried from window to window.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModelFileError } from '../errors/errors.ts'
import { readModelFile, writeModelFile } from '../formats/model-file.ts'
import { damagedFiles } from './damaged-files.test-support.ts'
import { LanguageModel } from './language-model.ts'
import { markovText, quickLanguage } from './language-texts.test-support.ts'

const text = markovText(700)
const options = { ...quickLanguage, epochs: 3, dropout: 0.2, zoneout: 0.1, accumulate: 2, hidden: [6, 5] } as const
const unbroken = (await LanguageModel.train(text, options)).toBytes()

/** Trains until a number of steps is made, as an interruption would end it. @returns The last checkpoint. */
async function stoppedAfter(steps: number): Promise<Uint8Array> {
  const stop = new AbortController()
  let [made, last] = [0, new Uint8Array()]
  const training = LanguageModel.train(text, {
    ...options,
    signal: stop.signal,
    checkpoint: {
      everySeconds: 1e6,
      save: async bytes => {
        last = Uint8Array.from(bytes)
      },
    },
    onProgress: () => {
      made++
      if (made === steps) stop.abort(new Error('enough'))
    },
  })
  await assert.rejects(training, /enough/)
  return last
}

// 629 predictions of 4 runs: windows of 12 steps, 14 of them, two a step.
for (const steps of [1, 3, 7, 8, 12]) {
  test(`stopped after ${steps} of 21 steps it goes on to the same bytes`, async () => {
    const resume = await stoppedAfter(steps)
    const model = await LanguageModel.train(text, { ...options, resume })
    assert.deepEqual(model.toBytes(), unbroken)
  })
}

test('the carried state is in the checkpoint, and needed', async () => {
  const bytes = await stoppedAfter(3)
  const { document, tensors } = readModelFile(bytes)
  const { version: _, ...rest } = document
  const names = [...tensors.keys()].filter(name => name.startsWith('carried.'))
  assert.deepEqual(names, ['carried.c_l0', 'carried.c_l1', 'carried.h_l0', 'carried.h_l1'])
  assert.deepEqual(tensors.get('carried.c_l1')?.shape, [4, 5])
  tensors.delete('carried.c_l1')
  const resume = writeModelFile({ document: rest, tensors })
  await assert.rejects(LanguageModel.train(text, { ...options, resume }), {
    name: 'ModelFileError',
    message: 'checkpoint, "carried.c_l1": expected finite values of shape [4, 5], got nothing. Start again.',
  })
})

test('another text or unroll is refused by name', async () => {
  const resume = await stoppedAfter(3)
  await assert.rejects(LanguageModel.train(`${text}a`, { ...options, resume }), /the data is other/)
  await assert.rejects(LanguageModel.train(text, { ...options, resume, unroll: 9 }), /unroll was 12, now 9/)
  assert.throws(() => LanguageModel.fromBytes(resume), /expected a model, got a checkpoint/)
})

test('finished, it gives the model again, or trains on for more epochs', async () => {
  let resume = new Uint8Array()
  const save = async (bytes: Uint8Array) => {
    resume = Uint8Array.from(bytes)
  }
  const steady = { ...options, schedule: 'constant' } as const
  const model = await LanguageModel.train(text, { ...steady, checkpoint: { everySeconds: 1e6, save } })
  assert.deepEqual((await LanguageModel.train(text, { ...steady, resume })).toBytes(), model.toBytes())
  const more = await LanguageModel.train(text, { ...steady, epochs: 5, resume })
  assert.deepEqual(more.toBytes(), (await LanguageModel.train(text, { ...steady, epochs: 5 })).toBytes())
})

test('five hundred damaged checkpoints are refused, or gone on from', async () => {
  const short = { ...options, epochs: 1 }
  const resume = await stoppedAfter(2)
  let refused = 0
  for (const bytes of fc.sample(damagedFiles(resume), { numRuns: 500, seed: 1 })) {
    await LanguageModel.train(text, { ...short, resume: bytes }).catch((error: unknown) => {
      if (!(error instanceof ModelFileError)) throw error
      refused++
    })
  }
  assert.ok(refused > 250, `${refused} refused`)
})
