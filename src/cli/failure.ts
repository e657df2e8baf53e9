/** How a command that failed ends: its exit code, and one or two lines. */
import { OptionError, SluiceError } from '../errors/errors.ts'

/** SIGINT or SIGTERM came. */
export class Interruption extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM'

  constructor(signal: 'SIGINT' | 'SIGTERM', message = `stopped by ${signal}; no file was written.`) {
    super(message)
    this.signal = signal
  }
}

/** 2: the command line itself is wrong; 128 + n: a signal; 1: all else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.signal === 'SIGINT' ? 130 : 143
  return error instanceof OptionError ? 2 : 1
}

/** The text for standard error, with line end. */
export function explainedFailure(error: unknown, isDebug: boolean): string {
  if (isDebug) return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
  if (error instanceof Interruption) return `${error.message}\n`
  if (error instanceof SluiceError) return `error: ${twoLines(error.message)}\n`
  if (isOutOfMemory(error)) {
    return `error: memory: expected room for this work, got none (${error.message}). Use a smaller model or batch.\n`
  }
  const message = error instanceof Error ? error.message : String(error)
  return (
    `error: internal: ${oneLine(message.replace(/^internal: /, ''))}\n` +
    'This is a mistake in Sluice, not in what you gave it. Run it again with --debug and report what that shows.\n'
  )
}

/** What engines throw where an array does not fit; a size that fits was for the user to choose. */
function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && /allocation failed|array (?:buffer )?length/i.test(error.message)
}

/** A message may quote a file; what would move the cursor must not reach the terminal. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')

function twoLines(message: string): string {
  const [first, ...rest] = message.split('\n')
  return rest.length === 0 ? oneLine(first) : `${oneLine(first)}\n${oneLine(rest.join(' '))}`
}
