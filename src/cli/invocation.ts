import type { Terminal } from './terminal.ts'

/** What a command gets. */
export interface Invocation {
  /** At least as many as are not optional. */
  readonly operands: readonly string[]
  /** The options that were given, each checked against its table. */
  readonly options: Readonly<Record<string, unknown>>
  readonly isJson: boolean
  readonly terminal: Terminal
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal
}
