/** The model that is open in this worker. */
import { ModelFileError } from '../../src/errors/errors.ts'
import type { AnyModel } from './open-bytes.ts'

export class Session {
  #model: AnyModel | null = null

  /** @throws {ModelFileError} none is open. */
  get model(): AnyModel {
    if (this.#model) return this.#model
    throw new ModelFileError('studio: expected an open model, got none. Open a model file first.')
  }

  open(model: AnyModel): void {
    this.#model = model
  }
}
