/** Softmax and what cross-entropy sends back, by the library's own operations. */
import { backward, crossEntropy, noGradient, softmax, step, type Tensor, tensor } from '../../../src/tensor/index.ts'

export interface SoftmaxAsk {
  readonly logits: readonly number[]
  /** The right one. */
  readonly target: number
}

export interface SoftmaxAnswer {
  readonly probabilities: readonly number[]
  /** −ln p of the right one. */
  readonly loss: number
  /** ∂ loss / ∂ logit: p − y. */
  readonly gradient: readonly number[]
}

export function softmaxOf({ logits, target }: SoftmaxAsk): SoftmaxAnswer {
  return step(() => {
    const z = tensor([...logits], [1, logits.length], { requiresGradient: true })
    const probabilities = noGradient(() => [...softmax(z).toArray()])
    const loss = crossEntropy(z, [target])
    backward(loss)
    return { probabilities, loss: loss.toArray()[0], gradient: [...(z.gradient as Tensor).toArray()] }
  })
}
