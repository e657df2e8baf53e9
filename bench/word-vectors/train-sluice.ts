/**
 * Trains word vectors with Sluice and writes them as word2vec text; prints one line of JSON with the time of training,
 * as `train-gensim.py` does:
 *
 *     train-sluice.ts TEXT OUT cbow|skip-gram negative-sampling|hierarchical-softmax THREADS SEED EPOCHS [fast]
 */
import { writeFileSync } from 'node:fs'
import { createWasmDevice } from '../../src/devices/wasm/wasm-device.ts'
import type { WordVectorTrainOptions } from '../../src/models/word-vectors/word-vector-train-options.ts'
import { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import { enableWideVectors, fileSource, startThreads, stopThreads } from '../../src/platform/node/index.ts'

const [text, out, architecture, loss, threads, seed, epochs, fast] = process.argv.slice(2)
enableWideVectors()
const device = createWasmDevice()
await startThreads(Number(threads), { device })
const vectors = await WordVectors.train([fileSource(text)], {
  tokens: 'space',
  architecture,
  loss,
  seed: Number(seed),
  epochs: Number(epochs),
  fast: fast === 'fast',
  device,
} as WordVectorTrainOptions)
stopThreads({ device })
writeFileSync(out, vectors.toWord2Vec())
const { seconds, wordsPerSecond } = vectors.run as { seconds: number; wordsPerSecond: number }
process.stdout.write(`${JSON.stringify({ words: seconds * wordsPerSecond, seconds, wordsPerSecond })}\n`)
