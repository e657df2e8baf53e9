/**
 * How a model that only predicted so far gets its network on tensors: linked by `classifier-network.ts`, so that a page
 * that only predicts ships without tensors and layers (decision 0047).
 */
import { OptionError } from '../errors/errors.ts'
import type { ClassifierForward } from './classifier-forward.ts'
import type { ClassifierNetwork } from './classifier-network.ts'

type Make = (forward: ClassifierForward) => ClassifierNetwork

let make: Make | null = null

export function linkNetwork(made: Make): void {
  make = made
}

/** @throws {OptionError} The program was bundled without whatever inspects or trains. */
export function networkOf(forward: ClassifierForward): ClassifierNetwork {
  if (make) return make(forward)
  throw new OptionError(
    'TextClassifier.network: expected a program that trains or inspects, got a bundle that only predicts. ' +
      'Import ClassifierNetwork from sluice and use it.',
  )
}
