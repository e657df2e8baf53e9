/**
 * Ten thousand damaged files: each is refused with a ModelFileError or read, and none takes long or much memory.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { ModelFileError } from '../errors/errors.ts'
import { requireConsistent } from '../training/loop-state.ts'
import { peekCheckpoint, readCheckpoint, stateToResume } from './checkpoint-file.ts'
import { classifierIdentity } from './classifier-checkpoints.ts'
import { prepareClassifier } from './classifier-preparation.ts'
import { damagedFiles } from './damaged-files.test-support.ts'
import { loopSettings } from './loop-settings.ts'
import { english, madeUpTexts, quick } from './made-up-texts.test-support.ts'
import { TextClassifier } from './text-classifier.ts'

const RUNS = 5000
/** Of one file; a hang is what this is to find, not a busy machine. */
const LONGEST_MS = 5000

const rows = madeUpTexts(english, 30)
const options = { ...quick, hidden: [4, 3], bidirectional: true, pooling: 'attention', epochs: 2 } as const
const saved: Uint8Array[] = []
const model = await TextClassifier.train(rows, {
  ...options,
  checkpoint: { everySeconds: 0, save: async bytes => void saved.push(bytes) },
})
/** In the middle of the second epoch: every part of a checkpoint is there. */
const checkpoint = saved[6]

/** Uses a file, counting what it allocates. @returns The message, or null if it could be read. */
function used(bytes: Uint8Array, use: () => void): string | null {
  const [start, before] = [performance.now(), process.memoryUsage().arrayBuffers]
  try {
    use()
    return null
  } catch (error) {
    if (error instanceof ModelFileError) return error.message
    throw error
  } finally {
    const allocated = process.memoryUsage().arrayBuffers - before
    assert.ok(allocated <= 2 * bytes.length + 64 * 2 ** 20, `${allocated} bytes for a file of ${bytes.length}`)
    assert.ok(performance.now() - start < LONGEST_MS)
  }
}

/** @returns How many were read. */
function check(good: Uint8Array, use: (bytes: Uint8Array) => void): number {
  let read = 0
  fc.assert(
    fc.property(damagedFiles(good), bytes => {
      if (used(bytes, () => use(bytes)) === null) read++
    }),
    { numRuns: RUNS },
  )
  return read
}

describe('damaged files are refused or read, never worse', () => {
  it(`${RUNS} of a model`, t => {
    const read = check(model.toBytes(), bytes => {
      const back = TextClassifier.fromBytes(bytes, { device: new ReferenceDevice() })
      assert.equal(typeof back.predict('the film was good').label, 'string')
    })
    t.diagnostic(`${read} of ${RUNS} were read`)
    assert.ok(read < RUNS / 2)
  })

  it(`${RUNS} of a checkpoint`, async t => {
    const prepared = await prepareClassifier(rows, options)
    const { parameters } = prepared
    const identity = classifierIdentity(prepared, rows, options)
    const { memory } = loopSettings(model.summary.options).optimizer
    const use = (bytes: Uint8Array) => {
      assert.equal(typeof peekCheckpoint(bytes).isFinished, 'boolean')
      const state = stateToResume(readCheckpoint(bytes), identity, parameters, memory)
      requireConsistent(state, 4, ['loss', 'accuracy'])
    }
    assert.equal(
      used(checkpoint, () => use(checkpoint)),
      null,
      'the good one is read',
    )
    const read = check(checkpoint, use)
    t.diagnostic(`${read} of ${RUNS} were read`)
    assert.ok(read < RUNS / 2)
  })

  it('a checkpoint that is read is gone on from, whatever its document says', async () => {
    const resumed = async (bytes: Uint8Array) => {
      const again = await TextClassifier.train(rows, { ...options, resume: bytes })
      assert.ok(TextClassifier.fromBytes(again.toBytes()).labels.length === 2)
    }
    for (const bytes of fc.sample(damagedFiles(checkpoint), { numRuns: 300, seed: 1 })) {
      await resumed(bytes).catch((error: unknown) => {
        if (!(error instanceof ModelFileError)) throw error
      })
    }
  })
})
