/**
 * Writes the option tables of docs/cli.md from those of the program; a test fails where the document differs.
 *
 *   node tools/write-cli-options.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { commands } from '../src/cli/commands.ts'
import { defaultOf, flagWithValue, rangeOf } from '../src/cli/flags.ts'
import { notYetBuilt } from '../src/cli/not-yet-built.ts'
import { generalOptions } from '../src/cli/option-tables.ts'
import type { OptionTable } from '../src/models/option-table.ts'

export const CLI_DOCUMENT = resolve(import.meta.dirname, '../docs/cli.md')

/** @returns  The document with the part between each `<!-- NAME -->` and `<!-- end -->` made anew. */
export function withOptions(document: string): string {
  const parts: [string, string][] = [
    ['options of every command', tableOf(generalOptions)],
    ...commands.flatMap(({ name, options }): [string, string][] =>
      Object.keys(options).length === 0 ? [] : [[`options of ${name}`, tableOf(options)]],
    ),
    ['not built yet', refusals()],
  ]
  return parts.reduce(replaced, document)
}

function replaced(document: string, [name, text]: readonly [string, string]): string {
  const begin = `<!-- ${name} -->\n`
  const at = document.indexOf(begin)
  if (at < 0) throw new Error(`docs/cli.md: expected a line ${begin.trim()}, got none. Add it, and <!-- end --> below.`)
  const end = document.indexOf('<!-- end -->', at)
  return document.slice(0, at + begin.length) + text + document.slice(end)
}

function tableOf(options: OptionTable): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const flag = cell(flagWithValue(name, option))
    return `| \`${flag}\` | ${cell(option.about)} | ${rangeOf(option)} | ${defaultOf(option)} |\n`
  })
  return `| option | sets | range | default |\n|---|---|---|---|\n${rows.join('')}`
}

function refusals(): string {
  const code = (words: readonly string[]) => words.map(word => `\`${word}\``).join(' ')
  return `- commands: ${code(notYetBuilt)}\n`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

if (import.meta.main) writeFileSync(CLI_DOCUMENT, withOptions(readFileSync(CLI_DOCUMENT, 'utf8')))
