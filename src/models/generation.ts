/**
 * Writing on: one step a token through the kernels of training, with the state carried, no tape and no tensors.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { noGradient, slice, step } from '../tensor/index.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { GrowingText } from './growing-text.ts'
import { windowFor } from './language-judgement.ts'
import type { LanguageNetwork } from './language-network.ts'
import { requireKnownOptions } from './option-table.ts'
import { checkSampling, type SamplingOptions, sample } from './sampling.ts'
import type { TextEncoder } from './text-encoder.ts'

export interface GenerateOptions extends SamplingOptions {
  /** The text to go on from. @default the beginning of a line */
  readonly prompt?: string
  /** Tokens, at most. @default 100 */
  readonly length?: number
  /** Ends where this text would appear, which is left out. */
  readonly stop?: string
}

const GENERATE_OPTIONS = ['prompt', 'length', 'stop', 'temperature', 'topK', 'topP', 'seed']

/** What one step has given. */
export interface GeneratedToken {
  readonly token: string
  /** What can be written now; the pieces are the text. Empty while a character or the stop may be under way. */
  readonly text: string
}

/** One run of a model over tokens that come in pieces: the same bits however they come. */
export class Reader {
  readonly #network: LanguageNetwork
  #state: RecurrentState[]
  #logits: Float32Array | Float64Array | null = null

  constructor(network: LanguageNetwork) {
    this.#network = network
    this.#state = network.initialState(1)
  }

  /** After the last token, one object a layer. */
  get state(): readonly RecurrentState[] {
    return this.#state
  }

  /** Reads on. @param ids  [T], T ≥ 1. */
  read(ids: Int32Array): void {
    const window = windowFor(this.#network.sizes.vocabulary)
    for (let begin = 0; begin < ids.length; begin += window) this.#readWindow(ids.subarray(begin, begin + window))
  }

  #readWindow(ids: Int32Array): void {
    const read = () => {
      const { output, state } = this.#network.read(ids, 1, this.#state)
      const logits = this.#network.logits(slice(output, 0, ids.length - 1, ids.length))
      return { state, logits: logits.toArray() }
    }
    const { state, logits } = noGradient(() => step(read, { consumes: this.#state }))
    this.#state = state
    this.#logits = logits
  }

  /** Logits of the next token, [V]; not to be changed. */
  get logits(): Float32Array | Float64Array {
    if (this.#logits) return this.#logits
    throw new Error('internal: nothing has been read yet')
  }
}

/** The ids of a text to go on from; of an empty one what most likely stands before a beginning. */
export function promptIds({ tokenizer, vocabulary }: TextEncoder, prompt: string): Int32Array {
  const tokens = tokenizer.tokens(prompt)
  return vocabulary.encode(tokens.length > 0 ? tokens : [beginningOf(vocabulary, tokenizer.settings.lineEnd)])
}

/** A line end if the vocabulary has one, or the end of a sentence, or else the unknown token. */
function beginningOf(vocabulary: Vocabulary, lineEnd: string | undefined): string {
  const ends = [...(lineEnd === undefined ? [] : [lineEnd]), '\n', 'Ċ', '.', '。']
  return ends.find(end => vocabulary.has(end)) ?? vocabulary.tokens[0]
}

/** @throws {OptionError} an option is of a wrong type or out of range; when called, not at the first token. */
export function generate(
  network: LanguageNetwork,
  encoder: TextEncoder,
  options: GenerateOptions,
): Generator<GeneratedToken, void> {
  requireKnownOptions('generate', GENERATE_OPTIONS, options)
  const { prompt = '', length = 100, stop = '' } = options
  checkSampling('generate', options)
  for (const [name, text] of Object.entries({ prompt, stop })) {
    if (typeof text !== 'string') throw new OptionError(`generate: expected ${name} to be a text, got ${shown(text)}.`)
  }
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new OptionError(`generate: expected length to be a whole number of 1 or more, got ${shown(length)}.`)
  }
  if (encoder.vocabulary.size < 2) {
    throw new OptionError('generate: expected a model that knows tokens, got one without. Train on another text.')
  }
  return generated(network, encoder, { ...options, prompt, length, stop })
}

function* generated(
  network: LanguageNetwork,
  encoder: TextEncoder,
  options: GenerateOptions & { readonly prompt: string; readonly length: number; readonly stop: string },
): Generator<GeneratedToken, void> {
  const { tokenizer, vocabulary } = encoder
  const reader = new Reader(network)
  reader.read(promptIds(encoder, options.prompt))
  const stream = network.stream()
  stream.restart(reader.state)
  let { logits } = reader
  const growing = new GrowingText(tokenizer)
  for (const token of tokenizer.tokens(options.prompt)) growing.add(token)
  const held = new HeldText(options.stop)
  for (let place = 0; place < options.length; place++) {
    const id = sample(logits, place, options)
    const token = vocabulary.tokens[id]
    const isLast = place === options.length - 1
    const { text, isStopped } = held.add(growing.add(token), isLast)
    yield { token, text }
    if (isStopped) return
    if (!isLast) logits = stream.read(id)
  }
}

/** Keeps back what may be the beginning of the text to stop at. */
class HeldText {
  readonly #stop: string
  #held = ''

  constructor(stop: string) {
    this.#stop = stop
  }

  add(added: string, isLast: boolean): { text: string; isStopped: boolean } {
    const text = this.#held + added
    const at = this.#stop === '' ? -1 : text.indexOf(this.#stop)
    if (at >= 0) return { text: text.slice(0, at), isStopped: true }
    let kept = isLast ? 0 : Math.min(text.length, Math.max(0, this.#stop.length - 1))
    while (kept > 0 && !this.#stop.startsWith(text.slice(text.length - kept))) kept--
    this.#held = text.slice(text.length - kept)
    return { text: text.slice(0, text.length - kept), isStopped: false }
  }
}
