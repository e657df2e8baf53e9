/**
 * One long text as batches for truncated back-propagation: cut into B runs that are read side by side, a window of
 * steps at a time, so that the state at the end of one window is the beginning of the next.
 *
 * With n tokens each run predicts L = ⌊(n − 1) / B⌋ tokens: run b has inputs b·L … (b+1)·L − 1, and its targets are one
 * place further. Runs are neighbours, so the last target of one is the first input of the next, and no prediction is
 * lost between them. What does not fill the runs, at most B − 1 tokens at the end of the text, is left out. The last
 * window has fewer steps if `unroll` does not divide L.
 *
 * @see Zaremba, Sutskever, Vinyals 2014, "Recurrent Neural Network Regularization", whose code (`ptb_word_lm`) drops
 *      the last, shorter window too.
 */
import { DataError, OptionError } from '../errors/errors.ts'
import { plural } from '../errors/plural.ts'
import { shown } from '../errors/shown.ts'

/** How the text is laid out. */
export interface ContiguousOptions {
  /** Runs read side by side, B. */
  readonly batch: number
  /** Steps of a window, T; the last may have fewer. */
  readonly unroll: number
}

/** T steps of B runs, time-major: step t of run b is at t·B + b. */
export interface ContiguousBatch {
  /** T, 1 … unroll. */
  readonly steps: number
  /** [T·B], the caller's. */
  readonly inputs: Int32Array
  /** [T·B], the token after each input. */
  readonly targets: Int32Array
}

/**
 * How many windows a text has.
 *
 * @param tokens  The text's length, n.
 * @throws {OptionError} An option is no whole number of 1 or more.
 * @throws {DataError}   The text has fewer than B + 1 tokens.
 */
export function countWindows(tokens: number, { batch, unroll }: ContiguousOptions): number {
  return Math.ceil(lengthOfRuns(tokens, batch, unroll) / unroll)
}

/**
 * One window, wherever it stands: training goes on from the middle without reading what was before.
 *
 * @param ids    [n], read and not kept.
 * @param index  From 0 to `countWindows` − 1.
 * @throws {OptionError} An option is no whole number of 1 or more.
 * @throws {DataError}   The text has fewer than B + 1 tokens.
 */
export function windowAt(ids: Int32Array, options: ContiguousOptions, index: number): ContiguousBatch {
  const { batch, unroll } = options
  const length = lengthOfRuns(ids.length, batch, unroll)
  const first = index * unroll
  if (!(first >= 0 && first < length)) throw new Error(`internal: window ${index} of a text without it`)
  const steps = Math.min(unroll, length - first)
  const inputs = new Int32Array(steps * batch)
  const targets = new Int32Array(steps * batch)
  for (let b = 0; b < batch; b++) {
    const begin = b * length + first
    for (let t = 0; t < steps; t++) {
      inputs[t * batch + b] = ids[begin + t]
      targets[t * batch + b] = ids[begin + t + 1]
    }
  }
  return { steps, inputs, targets }
}

/**
 * All windows in order.
 *
 * @throws {OptionError} An option is no whole number of 1 or more.
 * @throws {DataError}   The text has fewer than B + 1 tokens.
 */
export function* contiguousBatches(ids: Int32Array, options: ContiguousOptions): Generator<ContiguousBatch, void> {
  const count = countWindows(ids.length, options)
  for (let index = 0; index < count; index++) yield windowAt(ids, options, index)
}

function lengthOfRuns(tokens: number, batch: number, unroll: number): number {
  checkWhole('batch', batch)
  checkWhole('unroll', unroll)
  if (tokens > batch) return Math.floor((tokens - 1) / batch)
  throw new DataError(
    `text: expected more than ${plural(batch, 'token')} (one for each run of the batch, and one more), ` +
      `got ${tokens}. Give a longer text or a smaller batch.`,
  )
}

function checkWhole(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return
  throw new OptionError(`${option}: expected a whole number of 1 or more, got ${shown(value)}. Try 32.`)
}
