/**
 * What a training is said to need, against what a device hands out.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WasmMemory } from '../devices/wasm/memory.ts'
import { Runtime } from '../devices/wasm/runtime.ts'
import { WasmDevice } from '../devices/wasm/wasm-device.ts'
import { MemoryError } from '../errors/errors.ts'
import { english, madeUpTexts } from './made-up-texts.test-support.ts'
import { requireRoom, trainingBytes } from './memory-estimate.ts'
import { TextClassifier, type TrainOptions } from './text-classifier.ts'

const PAGE_BYTES = 65_536

/** A device with so much memory, and the most that was in use of it. */
function limitedDevice(maxPages: number) {
  const memory = new WasmMemory({ maxPages })
  const device = new WasmDevice(new Runtime(memory, { relaxed: false, wide: false }))
  const allocate = memory.allocate.bind(memory)
  let most = 0
  memory.allocate = (bytes, zeroed) => {
    const address = allocate(bytes, zeroed)
    most = Math.max(most, memory.bytesInUse)
    return address
  }
  return { device, most: () => most }
}

/** Long texts, so that steps weigh more than weights. */
const rows = madeUpTexts(english, 40).map(({ text, label }) => ({ text: `${text} `.repeat(20), label }))

/** The need that is told where there is too little memory. */
async function toldNeed(options: TrainOptions, maxPages: number): Promise<{ message: string; bytes: number }> {
  const { device } = limitedDevice(maxPages)
  try {
    await TextClassifier.train(rows, { ...options, device })
  } catch (error) {
    assert.ok(error instanceof MemoryError, String(error))
    return { message: error.message, bytes: Number(/, got (\d+)/.exec(error.message)?.[1]) }
  }
  return assert.fail('it was not refused')
}

describe('the memory that a training needs', () => {
  for (const options of [
    { hidden: 64, embedding: 32, batch: 32, pooling: 'last' },
    { hidden: 64, embedding: 32, batch: 32 },
    { hidden: [48, 32], embedding: 64, batch: 16, cell: 'gru', merge: 'sum', pooling: 'mean' },
    { hidden: 64, embedding: 16, batch: 40, cell: 'lstm-layer-norm', bidirectional: false, pooling: 'attention' },
    { hidden: 200, embedding: 200, batch: 4, optimizer: 'sgd' },
  ] as const satisfies readonly TrainOptions[]) {
    it(`is told before the work: ${JSON.stringify(options)}`, async () => {
      const model = await toldNeed(options, 4)
      const { bytes } = await toldNeed(options, Math.ceil(model.bytes / PAGE_BYTES) + 1)
      const { device, most } = limitedDevice(16_384)
      await TextClassifier.train(rows, { ...options, epochs: 1, device })
      // Never more than was needed, and not so much less that what does not fit would be tried.
      assert.ok(bytes <= most() && bytes > most() / 1.4, `told ${bytes}, needed ${most()}`)
    })
  }

  it('tells the batch that fits, and it does', async () => {
    const options = { hidden: 32, embedding: 32, optimizer: 'sgd', epochs: 1 } as const
    const { most } = await (async () => {
      const full = limitedDevice(16_384)
      await TextClassifier.train(rows, { ...options, batch: 36, device: full.device })
      return full
    })()
    const pages = Math.ceil(most() / PAGE_BYTES / 2)
    const running = TextClassifier.train(rows, { ...options, batch: 36, device: limitedDevice(pages).device })
    const error = await running.then(
      () => assert.fail('it was not refused'),
      (reason: Error) => reason,
    )
    assert.match(
      error.message,
      /^training: expected a need of at most \d+ bytes of memory, got \d+: \d+ for the model /,
    )
    assert.match(error.message, /a batch of 36\. A batch of [1-9]\d* fits \(accumulate adds up several\)\.$/)
    const batch = Number(/A batch of (\d+)/.exec(error.message)?.[1])
    await TextClassifier.train(rows, { ...options, batch, device: limitedDevice(pages).device })
    assert.ok(batch >= 10, `${batch} of 36 in half of the memory`)
  })

  it('of a model that is too large by itself is refused with what to make smaller', async () => {
    const { message } = await toldNeed({ hidden: 65_536, layers: 64 }, 65_536)
    assert.match(message, /for the weights, their gradients and the optimizer\. Use fewer hidden units, /)
  })

  it('is counted as padded rows, twice with the gradient, and once for each matrix of the optimizer', () => {
    const needs = { shapes: [[10, 9], [5], [2, 3, 8]], optimizerMatrices: 2, lengths: [5, 9, 7], batch: 2 }
    assert.deepEqual(trainingBytes(needs, 100), { model: 4 * (160 + 8 + 48) * 4, step: 4 * 16 * 100 })
    requireRoom(needs, 100, limitedDevice(8).device)
    assert.throws(() => requireRoom(needs, 1e5, limitedDevice(8).device), /Use shorter sequences or a smaller model/)
  })
})
