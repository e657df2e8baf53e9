/**
 * Saying where a training diverged, and what to try.
 */
import { type Divergence, DivergenceError } from '../errors/errors.ts'
import type { Parameters } from './optimizer-state.ts'

/** How the training went on, for the advice. */
export interface DivergenceSituation {
  /** Counted from 1 over all epochs. */
  readonly step: number
  /** The loss of this step, in nats. */
  readonly loss: number
  readonly learningRate: number
  readonly clipNorm: number
  /** Steps of linear warm-up. */
  readonly warmUp: number
}

/**
 * The error for a step whose loss or gradient is not finite. Gradients have to be there still: it reads all of them,
 * which costs nothing in a training that goes well.
 *
 * @param parameters  In the order of the forward pass, so that the last with a bad gradient is the first on the way
 *                    back from the loss.
 */
export function divergenceError(parameters: Parameters, situation: DivergenceSituation): DivergenceError {
  const { step, loss } = situation
  const divergence: Divergence = { step, loss, ...examined(parameters) }
  const found = `${facts(divergence)}${badWeights(parameters)}`
  return new DivergenceError(
    `training, step ${step}: expected a finite loss and gradient, got ${found}. ${advice(situation)}`,
    { divergence },
  )
}

function examined(parameters: Parameters): Pick<Divergence, 'parameter' | 'largest'> {
  let bad: string | null = null
  let largest: Divergence['largest'] = null
  for (const [parameter, { gradient, rowGradient }] of parameters) {
    for (const g of (gradient ?? rowGradient?.values)?.toArray() ?? []) {
      if (!Number.isFinite(g)) bad = parameter
      else if (largest === null || Math.abs(g) > Math.abs(largest.gradient)) largest = { parameter, gradient: g }
    }
  }
  return { parameter: bad, largest }
}

function facts({ loss, parameter, largest }: Divergence): string {
  const finite = Number.isFinite(loss) ? 'gradients too large for their norm' : 'finite gradients'
  const bad = parameter === null ? finite : `a gradient of ${parameter} that is not finite`
  const size = largest === null ? 'none is finite' : `${shortened(largest.gradient)} in ${largest.parameter}`
  return `loss ${shortened(loss)} and ${bad} (the largest finite one: ${size})`
}

/** A weight may have been so from the beginning: a file of word vectors, a model gone on from. */
function badWeights(parameters: Parameters): string {
  const bad = [...parameters].find(([, t]) => t.toArray().some(p => !Number.isFinite(p)))
  return bad ? `; weights of ${bad[0]} were not finite before the step` : ''
}

function advice({ learningRate, clipNorm, warmUp }: DivergenceSituation): string {
  const rate = `a learning rate of ${shortened(learningRate / 10)} (now ${shortened(learningRate)})`
  const clip = clipNorm > 1 ? `, a smaller clip norm than ${shortened(clipNorm)}` : ''
  const warm = warmUp > 0 ? `a warm-up of more than ${warmUp} steps` : 'some hundred steps of warm-up'
  return `Try ${rate}${clip} or ${warm}.`
}

const shortened = (value: number): string => String(Number(value.toPrecision(3)))
