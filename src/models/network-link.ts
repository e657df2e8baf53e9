/**
 * How a model that only predicted so far gets its network on tensors: linked by `classifier-network.ts`, so that a page
 * that only predicts ships without tensors and layers (decision 0047).
 */
import { OptionError } from '../errors/errors.ts'
import type { NetworkWeights } from './classifier-forward.ts'

let make: ((weights: NetworkWeights) => NetworkWeights) | null = null

/** @param made  A `ClassifierNetwork` of the same weights. */
export function linkNetwork(made: (weights: NetworkWeights) => NetworkWeights): void {
  make = made
}

/** @throws {OptionError} The program was bundled without whatever inspects or trains. */
export function networkOf(weights: NetworkWeights): NetworkWeights {
  if (make) return make(weights)
  throw new OptionError(
    'TextClassifier.network: expected a program that trains or inspects, got a bundle that only predicts. ' +
      'Import ClassifierNetwork from sluice and use it.',
  )
}
