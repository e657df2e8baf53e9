#!/usr/bin/env node
/** The program: reads the command line, runs the command, and turns whatever happens into an exit code. */
import { CommanderError } from 'commander'
import { OptionError, SluiceError } from '../errors/errors.ts'
import type { CommandDescription } from './commands.ts'
import { exitCodeOf, explainedFailure, Interruption } from './failure.ts'
import { flagOf } from './flags.ts'
import { createProgram } from './program.ts'
import { Terminal } from './terminal.ts'

const OLDEST_NODE_MAJOR = 22

const isDebug = process.argv.includes('--debug')

/** A reader that has seen enough (`| head`) ends us quietly; a disk that is full does not. */
function watchStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    fail(new SluiceError('DATA', `standard output: expected room to write, got ${error.message}. Free some space.`))
    process.exit(1)
  })
  process.stderr.on('error', () => {})
}

/** The first signal asks for an end between two steps; the second does not ask. */
function watchSignals(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodeOf(new Interruption(name)))
      controller.abort(new Interruption(name))
    })
  }
  return controller.signal
}

async function run(
  description: CommandDescription,
  operands: readonly string[],
  { json, quiet, debug, ...options }: Readonly<Record<string, unknown>>,
): Promise<void> {
  requireNode(description)
  const signal = watchSignals()
  const terminal = new Terminal(quiet === true)
  try {
    const command = await description.load()
    await command.run({ operands, options, isJson: json === true, terminal, signal })
    terminal.end()
  } catch (error) {
    // What an aborted stream or step throws does not matter; that a checkpoint could not be written does.
    if (signal.aborted && !(error instanceof SluiceError || error instanceof Interruption)) throw signal.reason
    throw error instanceof OptionError ? namingFlag(description, error) : error
  } finally {
    terminal.clear()
  }
}

function requireNode({ name }: CommandDescription): void {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE_MAJOR || name === 'doctor') return
  throw new SluiceError(
    'OPTION',
    `sluice: expected Node ${OLDEST_NODE_MAJOR} or later, got ${process.versions.node}. ` +
      'Install a newer one (nodejs.org).',
  )
}

/** The library says `encoding: expected …`; here the option is a flag. */
function namingFlag({ options }: CommandDescription, error: OptionError): OptionError {
  const message = error.message.replace(/^([a-z][A-Za-z-]*)(?=: )/, word => {
    const name = Object.keys(options).find(option => option === word || flagOf(option) === `--${word}`)
    return name === undefined ? word : flagOf(name)
  })
  return message === error.message ? error : new OptionError(message, { cause: error })
}

function fail(error: unknown): void {
  process.stderr.write(explainedFailure(error, isDebug))
  process.exitCode = exitCodeOf(error)
}

watchStreams()
process.on('uncaughtException', error => {
  fail(error)
  process.exit()
})
try {
  await createProgram(run).parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError && error.exitCode === 0)) fail(error)
}
