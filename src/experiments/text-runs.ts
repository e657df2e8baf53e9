/**
 * Texts that are read side by side: runs of ids, all of one length, in windows of some steps.
 *
 * A run of n ids has n − 1 predictions: of each id but the first, from all that stand before it in the run.
 */
import { DataError } from '../errors/errors.ts'
import type { LanguageNetwork } from '../models/language-network.ts'
import { crossEntropy, noGradient, step } from '../tensor/index.ts'
import type { Turns } from '../training/turns.ts'

/** [B][n]: n is the same for all. */
export type Runs = readonly Int32Array[]

/**
 * A text cut into neighbouring runs; the last id of one is the first of the next, so that no prediction is lost between
 * them. What does not fill the runs, at most `count` − 1 ids at the end, is left out.
 */
export function runsOf(ids: Int32Array, count: number): Runs {
  const length = Math.floor((ids.length - 1) / count)
  if (length >= 1) return Array.from({ length: count }, (_, b) => ids.subarray(b * length, (b + 1) * length + 1))
  throw new DataError(`text: expected more than ${count} tokens, got ${ids.length}. Give a longer one.`)
}

const predictionsOf = (runs: Runs): number => runs[0].length - 1

/** How many windows of `unroll` steps or, the last one, fewer. */
export const countWindows = (runs: Runs, unroll: number): number => Math.ceil(predictionsOf(runs) / unroll)

/** Ids and those that follow them, [T·B], time-major. @param index  From 0. */
export function windowOf(runs: Runs, unroll: number, index: number) {
  const first = index * unroll
  const steps = Math.min(unroll, predictionsOf(runs) - first)
  const batch = runs.length
  const at = (offset: number) =>
    Int32Array.from({ length: steps * batch }, (_, k) => runs[k % batch][first + Math.floor(k / batch) + offset])
  return { steps, inputs: at(0), targets: at(1) }
}

/** Values of the logits that are made together, at most: 16 MiB. */
const WINDOW_LOGITS = 2 ** 22

/** The mean −log p of all predictions, in nats; each run from the first state, without noise. */
export async function judgeRuns(network: LanguageNetwork, runs: Runs, turns: Turns): Promise<number> {
  const unroll = Math.max(1, Math.min(256, Math.floor(WINDOW_LOGITS / network.sizes.vocabulary / runs.length)))
  let [sum, count] = [0, 0]
  let state = network.initialState(runs.length)
  for (let index = 0; index < countWindows(runs, unroll); index++) {
    const { inputs, targets } = windowOf(runs, unroll, index)
    const read = () => {
      const { output, state: next } = network.read(inputs, runs.length, state)
      return { next, loss: crossEntropy(network.logits(output), targets, { reduction: 'sum' }).item() }
    }
    const { next, loss } = noGradient(() => step(read, { consumes: state }))
    state = next
    sum += loss
    count += targets.length
    await turns.give()
  }
  return sum / count
}
