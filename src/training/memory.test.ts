/**
 * A training takes no more memory after many steps than after a few.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells } from '../cells/registry.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { drawn } from '../layers/weight-source.ts'
import { ClassifierNetwork } from '../models/classifier-network.ts'
import { crossEntropy, noGradient, step } from '../tensor/index.ts'
import { train } from './loop.ts'
import { optimizers } from './optimizers/registry.ts'
import { schedules } from './schedules/registry.ts'

/** Lengths of a batch's texts; there are ten batches an epoch, unlike one another. */
const batches = Array.from({ length: 10 }, (_, k) =>
  Array.from({ length: 1 + (k % 4) }, (_, b) => Int32Array.from({ length: 1 + ((3 * k + 5 * b) % 11) }, (_, t) => t)),
)

for (const [name, cell] of Object.entries(cells)) {
  test(`${name}, two layers, both directions: the device’s memory after 50 steps is that after 500`, async () => {
    const device = createWasmDevice()
    const sizes = {
      vocabulary: 12,
      embedding: 5,
      hidden: [6, 6],
      bidirectional: true,
      merge: 'concat' as const,
      initialState: 'zero' as const,
      pooling: 'last' as const,
      classes: 3,
    }
    const network = new ClassifierNetwork(cell, sizes, drawn(device), { seed: 1, initialization: null, forgetBias: 1 })
    const inUse: number[] = []
    const labels = (batch: readonly Int32Array[]) => batch.map((_, b) => b % 3)
    await train(
      {
        parameters: network.parameters(),
        batches: () => batches,
        tokens: () => 1,
        weight: batch => batch.length,
        loss: (batch, draw) =>
          crossEntropy(
            network.logits(batch, { seed: 1, draw, dropout: 0.5, wordDropout: 0.1, weightDrop: 0 }),
            labels(batch),
          ),
        async validate() {
          const loss = noGradient(() => step(() => crossEntropy(network.logits(batches[3]), labels(batches[3])).item()))
          return { loss }
        },
      },
      {
        epochs: 50,
        patience: 50,
        optimizer: optimizers.adam,
        learningRate: null,
        schedule: schedules.constant,
        warmUp: 0,
        clipNorm: 5,
        clipValue: null,
        accumulate: 1,
        onProgress: () => inUse.push(device.runtime.memory.bytesInUse),
      },
    )
    assert.equal(inUse.length, 500)
    assert.equal(inUse[499], inUse[49])
  })
}
