/**
 * The errors a caller may catch, one class for each thing one could do about them.
 *
 * Every message reads `<where>: expected <what>, got <value>. <What to do.>`; the same text serves library, command
 * line, JSON and server, so it is complete without a stack. An abort is no error of ours: it rejects with the
 * `AbortSignal`'s own reason. A mistake of ours is a plain `Error` whose message starts with `internal:`.
 *
 * Add a class only when a caller would act differently on it; otherwise use the nearest one with a better message.
 * A new class has a code of its own, which never changes once released.
 */

/** Every stable code, as found in `error.code`, in JSON and in the server's answers. */
export type SluiceErrorCode =
  | 'SHAPE'
  | 'DATA'
  | 'MODEL_FILE'
  | 'DIVERGENCE'
  | 'LIFETIME'
  | 'MEMORY'
  | 'WORKER'
  | 'OPTION'

/** What all expected failures of this library have in common; catch it to tell them from bugs. */
export class SluiceError extends Error {
  /** Stable, for programs; the message is for people and may change. */
  readonly code: SluiceErrorCode

  constructor(code: SluiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** An array has a shape that the operation cannot take. */
export class ShapeError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('SHAPE', message, options)
  }
}

/** A data file or a row of it cannot be used: missing, damaged, wrong columns. Names file, line and column. */
export class DataError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('DATA', message, options)
  }
}

/** A model file or checkpoint is damaged, hostile or of another version. Names the tensor or the byte offset. */
export class ModelFileError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('MODEL_FILE', message, options)
  }
}

/** Where training left the finite numbers. */
export interface Divergence {
  /** Counted from 1 over all epochs. */
  readonly step: number
  readonly loss: number
  /** The weight nearest to the loss whose gradient is not finite: the first on the way back. Null: all are finite. */
  readonly parameter: string | null
  /** The finite gradient element of the largest size, and its weight; null: there is none. */
  readonly largest: { readonly parameter: string; readonly gradient: number } | null
}

/** Training left the finite numbers: the loss or a gradient is infinite or not a number. */
export class DivergenceError extends SluiceError {
  /** Null when it was not found out. */
  readonly divergence: Divergence | null

  constructor(message: string, options?: ErrorOptions & { readonly divergence?: Divergence }) {
    super('DIVERGENCE', message, options)
    this.divergence = options?.divergence ?? null
  }
}

/** A tensor was used after the step that owned its memory ended. */
export class LifetimeError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('LIFETIME', message, options)
  }
}

/** A step does not fit in memory and was refused before it started. Says the bytes needed and the size that fits. */
export class MemoryError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('MEMORY', message, options)
  }
}

/** A worker thread could not be started, failed or died; what it worked on is lost. */
export class WorkerError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('WORKER', message, options)
  }
}

/** An option or argument has a wrong value or is missing; the command line exits with 2 on it. */
export class OptionError extends SluiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('OPTION', message, options)
  }
}
