/** What Commander finds wrong with a command line, said as all our errors are. */
import type { Command, CommanderError } from 'commander'
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import { commands } from './commands.ts'
import { helpHint } from './flags.ts'

/** `sluice train classifier` of the inner command. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

/**
 * @param command  The one that could not be read.
 * @returns        An error for the user; what came of `--help` and `--version` as it is.
 */
export function usageError(command: Command, error: CommanderError): Error {
  if (error.exitCode === 0) return error
  const where = pathOf(command)
  return new OptionError(`${where}: ${explanation(command, error)}\n${hintFor(command, error)}`, { cause: error })
}

function explanation(command: Command, error: CommanderError): string {
  // Commander's message has the name in quotes and nothing else that we need.
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownOption': {
      const flags = command.createHelp().visibleOptions(command)
      const near = didYouMean(
        name.split('=')[0],
        flags.map(option => option.long ?? ''),
      )
      return `expected one of its options, got ${shown(name)}.${near}`
    }
    case 'commander.optionMissingArgument':
      return `expected a value after ${name.split(' ')[0]}, got nothing.`
    case 'commander.missingArgument':
      return `expected ${name}, got nothing.`
    case 'commander.excessArguments':
      return `expected ${tooMany(command)}.`
    case 'commander.unknownCommand':
      return unknownCommand(command, command.args[0])
    case 'commander.help':
      return `expected a command (${commandsUnder(command).join(', ')}), got nothing.`
    default:
      return error.message.replace(/^error: /, '')
  }
}

function tooMany(command: Command): string {
  const most = command.registeredArguments.length
  const operands = most === 0 ? 'no argument' : command.registeredArguments.map(argument => argument.name()).join(' ')
  return `${operands}, got ${shown(command.args[most])} besides. Put a value with spaces in quotes`
}

/** What may follow: `classifier` after `sluice train`. */
function commandsUnder(command: Command): string[] {
  const prefix = `${pathOf(command)} `
  return commands
    .map(({ name }) => `sluice ${name}`)
    .flatMap(n => (n.startsWith(prefix) ? [n.slice(prefix.length)] : []))
}

function unknownCommand(command: Command, given: string): string {
  const names = commandsUnder(command)
  const isFile = command.parent !== null && given.includes('.')
  const words = [...names, ...names.map(name => name.split(' ')[0])]
  const hint = isFile ? ` Write: ${pathOf(command)} ${names[0]} ${given}` : didYouMean(given, words)
  return `expected a command (${names.join(', ')}), got ${shown(given)}.${hint}`
}

function hintFor(command: Command, error: CommanderError): string {
  const takesText = command.registeredArguments.some(argument => argument.variadic)
  const isOption = error.code === 'commander.unknownOption'
  const hint = helpHint(pathOf(command))
  return takesText && isOption ? `${hint} A text that begins with - stands after --.` : hint
}
