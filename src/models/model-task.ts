/**
 * Which kind of model a file has.
 */
import { ModelFileError } from '../errors/errors.ts'
import { asString, field, type JsonObject } from '../formats/json-checks.ts'

/** Whether a document is a checkpoint's, not a model's. */
export const isCheckpoint = (document: JsonObject): boolean => field(document, 'checkpoint') !== undefined

/** @throws {ModelFileError} a checkpoint, or a model of another kind. */
export function requireModelOf(document: JsonObject, task: string): void {
  if (isCheckpoint(document)) {
    throw new ModelFileError(
      'model file: expected a model, got a checkpoint. Go on with train --resume to get the model.',
    )
  }
  const given = asString(field(document, 'task'), 'task')
  if (given === task) return
  throw new ModelFileError(`model file, task: expected "${task}", got "${given}". Use the command for that kind.`)
}
