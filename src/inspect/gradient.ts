/**
 * How strongly a prediction hangs on each token: the gradient of its log-probability, taken to the token's vector.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { backward, crossEntropy, slice, step, type Tensor, takeRows, tensor } from '../tensor/index.ts'
import { deviceOf, embeddingOf, isClassifier, type Reading, type Subject, withEmbedding } from './subject.ts'

/**
 * The L2 norm, at each token, of ∂ log p / ∂ embedding of that token [E].
 *
 * @param answer  Whose probability: the number of a label, or the id of a token that would come next.
 * @returns       [T].
 * @throws {OptionError} there is no such answer.
 */
export function gradientOf(subject: Subject, { ids }: Reading, answer: number): number[] {
  const answers = isClassifier(subject) ? subject.labels.length : subject.network.sizes.vocabulary
  if (!Number.isSafeInteger(answer) || answer < 0 || answer >= answers) {
    throw new OptionError(`gradient: expected an answer from 0 to ${answers - 1}, got ${shown(answer)}.`)
  }
  return step(() => {
    // Each token gets a row of its own, so that one that occurs twice has two gradients.
    const table = embeddingOf(subject.network.parameters())
    const rows = takeRows(table, ids).toArray()
    const vectors = tensor(rows, [ids.length, table.shape[1]], { device: deviceOf(subject), requiresGradient: true })
    const places = Int32Array.from(ids.keys())
    backward(crossEntropy(lastLogits(withEmbedding(subject, vectors), places), [answer]))
    return normsOfRows((vectors.gradient as Tensor).toArray(), table.shape[1])
  })
}

/** [1, C] of a whole text. */
function lastLogits(subject: Subject, ids: Int32Array): Tensor {
  if (isClassifier(subject)) return subject.network.logits([ids])
  const { network } = subject
  const { output } = network.read(ids, 1, network.initialState(1))
  return network.logits(slice(output, 0, ids.length - 1, ids.length))
}

const normsOfRows = (flat: ArrayLike<number>, width: number): number[] =>
  Array.from({ length: flat.length / width }, (_, r) => {
    let squares = 0
    for (let j = 0; j < width; j++) squares += flat[r * width + j] ** 2
    return Math.sqrt(squares)
  })
