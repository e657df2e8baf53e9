/** The model that is open in this worker. */
import { ModelFileError } from '../../src/errors/errors.ts'
import type { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import type { AnyModel, ReadingModel } from './open-bytes.ts'

export class Session {
  #model: AnyModel | null = null

  /** A model that reads texts. @throws {ModelFileError} none of the kind is open. */
  get model(): ReadingModel {
    if (this.#model && 'network' in this.#model) return this.#model
    throw wrong('an open classifier or language model', this.#model)
  }

  /** @throws {ModelFileError} none are open. */
  get wordVectors(): WordVectors {
    if (this.#model && !('network' in this.#model)) return this.#model
    throw wrong('open word vectors', this.#model)
  }

  open(model: AnyModel): void {
    this.#model = model
  }
}

const wrong = (expected: string, got: AnyModel | null): ModelFileError =>
  new ModelFileError(`studio: expected ${expected}, got ${got ? 'another kind' : 'none'}. Open a file of that kind.`)
