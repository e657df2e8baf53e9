/** The command line as Commander reads it, made from the tables of commands and options. */
import { Argument, Command, type Option } from 'commander'
import { OptionError } from '../errors/errors.ts'
import { LIBRARY_VERSION } from '../version.ts'
import { type CommandDescription, commands, type Operand } from './commands.ts'
import { commanderOptions, flagWithValue } from './flags.ts'
import { notYetBuilt } from './not-yet-built.ts'
import { generalOptions } from './option-tables.ts'
import { usageError } from './usage-errors.ts'

/** Runs a command that was read. @param options  Those given, the general ones too. */
export type Runner = (
  description: CommandDescription,
  operands: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<void>

/** @returns  A program whose `parseAsync` throws: `OptionError`, what the runner throws, or Commander's end of help. */
export function createProgram(run: Runner, words: readonly string[] = process.argv.slice(2)): Command {
  const program = prepared(new Command('sluice'))
    .description('Recurrent neural networks: train, predict, look inside.')
    .version(LIBRARY_VERSION, '--version', 'Print the version.')
    .addHelpText('after', '\nExample:\n  sluice train classifier reviews.csv')
  const groups = new Map<string, Command>()
  /** The place of a command of one word or two. */
  const add = (name: string, isHidden: boolean): Command => {
    const parts = name.split(' ')
    const command = prepared(new Command(parts[parts.length - 1]))
    if (parts.length === 1) program.addCommand(command, { hidden: isHidden })
    else groupOf(parts[0]).addCommand(command, { hidden: isHidden })
    return command
  }
  const groupOf = (word: string): Command => {
    const group =
      groups.get(word) ?? prepared(new Command(word)).description('Train a model; the next word says which.')
    if (!groups.has(word)) program.addCommand(group)
    groups.set(word, group)
    return group
  }
  for (const description of commands) {
    const isNamed = description.name.split(' ').every(word => words.includes(word))
    describe(add(description.name, false), description, run, isNamed)
  }
  for (const name of notYetBuilt) refuse(add(name, true), name)
  return program
}

/** Nothing is written but help; what is wrong is thrown. */
function prepared(command: Command): Command {
  return command
    .exitOverride(error => {
      throw usageError(command, error)
    })
    .configureOutput({ writeErr: () => {} })
    .configureHelp({ optionTerm: termOf })
    .helpOption('--help', 'Show this help.')
}

/** The terms of our options, by the object that Commander keeps. */
const terms = new WeakMap<Option, string>()

const termOf = (option: Option): string => terms.get(option) ?? option.flags

/** @param isNamed  Whether the command line has its name; making options takes longer than all else here. */
function describe(command: Command, description: CommandDescription, run: Runner, isNamed: boolean): void {
  const where = `sluice ${description.name}`
  command.description(description.about)
  for (const operand of description.operands) command.addArgument(argumentOf(operand))
  if (!isNamed) return
  for (const [name, option] of Object.entries({ ...description.options, ...generalOptions })) {
    for (const own of commanderOptions(where, name, option)) {
      terms.set(own, flagWithValue(name, option))
      command.addOption(own)
    }
  }
  const plural = description.examples.length > 1 ? 's' : ''
  command.addHelpText('after', `\nExample${plural}:\n${description.examples.map(line => `  ${line}`).join('\n')}`)
  command.action(() => run(description, command.args, command.opts()))
}

function argumentOf({ name, about, isOptional = false, isRepeated = false }: Operand): Argument {
  const inner = isRepeated ? `${name}...` : name
  return new Argument(isOptional ? `[${inner}]` : `<${inner}>`, about)
}

function refuse(command: Command, name: string): void {
  command
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(() => {
      const built = commands.map(description => description.name).join(', ')
      throw new OptionError(`sluice ${name} is not built yet. What is built: ${built}.`)
    })
}
