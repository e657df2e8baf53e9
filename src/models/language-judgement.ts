/**
 * How well a language model foretells a text: each token but the first, from all that stand before it.
 *
 * The text is one run, read in windows with the state carried from one to the next, so what comes out depends on
 * neither a batch nor the window's length: the same bits, for the kernels promise them (design §4).
 */
import { idBlocks } from '../data/token-stream.ts'
import { DataError } from '../errors/errors.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { crossEntropy, noGradient, step } from '../tensor/index.ts'
import { UNKNOWN_ID } from '../text/vocabulary.ts'
import type { Turns } from '../training/turns.ts'
import type { LanguageNetwork } from './language-network.ts'
import type { CodedText } from './language-text.ts'
import { indexOfLargest } from './largest.ts'

export interface LanguageJudgement {
  /** Predictions: all tokens but the first. */
  readonly tokens: number
  /** Mean −log p(token | those before), in nats. */
  readonly loss: number
  /** e^loss. */
  readonly perplexity: number
  /** loss / ln 2. */
  readonly bitsPerToken: number
  /** Share of tokens that were the most probable one. */
  readonly accuracy: number
  /** Share of tokens that the vocabulary has not; they count as predictions of the unknown token. */
  readonly unknown: number
}

/** Values of the logits of a window, at most: 16 MiB. */
const WINDOW_LOGITS = 2 ** 22
const LONGEST_WINDOW = 256

/** Tokens that are read together; of no influence on the result. */
export const windowFor = (vocabulary: number): number =>
  Math.max(1, Math.min(LONGEST_WINDOW, Math.floor(WINDOW_LOGITS / vocabulary)))

/**
 * Judges a model on the ids of a text, in pieces of any length.
 *
 * @param window  Tokens that are read together.
 * @throws {DataError} there are fewer than two tokens.
 */
export async function judgeText(
  network: LanguageNetwork,
  ids: AsyncIterable<Int32Array> | Iterable<Int32Array>,
  turns: Turns,
  window = windowFor(network.sizes.vocabulary),
): Promise<LanguageJudgement> {
  const scores = { tokens: 0, loss: 0, right: 0, unknown: 0 }
  let state = network.initialState(1)
  for await (const block of idBlocks(asynchronous(ids), window + 1)) {
    if (block.length < 2) break
    state = readWindow(network, block, state, scores)
    await turns.give()
  }
  const { tokens, loss, right, unknown } = scores
  if (tokens === 0) throw new DataError('evaluate: expected a text of two tokens or more, got less. Give a longer one.')
  return { tokens, ...lossFigures(loss / tokens), accuracy: right / tokens, unknown: unknown / tokens }
}

/** The three ways to say a loss; a perplexity beyond all numbers is the largest of them. */
export const lossFigures = (loss: number) => ({
  loss,
  perplexity: Math.min(Math.exp(loss), Number.MAX_VALUE),
  bitsPerToken: loss / Math.LN2,
})

interface Scores {
  tokens: number
  loss: number
  right: number
  unknown: number
}

/** Adds a block's predictions to the scores. @returns The state after its last input. */
function readWindow(network: LanguageNetwork, block: Int32Array, state: RecurrentState[], scores: Scores) {
  const targets = block.subarray(1)
  const read = () => {
    const { output, state: next } = network.read(block.subarray(0, -1), 1, state)
    const logits = network.logits(output)
    return { next, values: logits.toArray(), losses: crossEntropy(logits, targets, { reduction: 'none' }).toArray() }
  }
  const { next, values, losses } = noGradient(() => step(read, { consumes: state }))
  const { vocabulary } = network.sizes
  targets.forEach((target, t) => {
    scores.loss += losses[t]
    if (indexOfLargest(values.subarray(t * vocabulary, (t + 1) * vocabulary)) === target) scores.right++
    if (target === UNKNOWN_ID) scores.unknown++
  })
  scores.tokens += targets.length
  return next
}

async function* asynchronous(ids: AsyncIterable<Int32Array> | Iterable<Int32Array>): AsyncGenerator<Int32Array, void> {
  yield* ids
}

/** The perplexity of token frequencies alone, each token counted once more than it occurs. */
export function unigramPerplexity({ encoder, training, validation }: CodedText): number {
  const { size } = encoder.vocabulary
  const counts = new Float64Array(size).fill(1)
  for (const id of training) counts[id]++
  const total = training.length + size
  return lossFigures(validation.reduce((sum, id) => sum - Math.log(counts[id] / total), 0) / validation.length)
    .perplexity
}
