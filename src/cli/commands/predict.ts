/** `sluice predict MODEL [TEXT…]` */
import { OptionError } from '../../errors/errors.ts'
import { shown } from '../../errors/shown.ts'
import { completeOptions, type OptionValues } from '../../models/option-table.ts'
import { type Prediction, TextClassifier } from '../../models/text-classifier.ts'
import { writeFileAtomically } from '../../platform/node/files.ts'
import { readModel } from '../../platform/node/model-files.ts'
import { Turns } from '../../training/turns.ts'
import { onOneLine } from '../aligned.ts'
import { useWasm } from '../device.ts'
import { helpHint } from '../flags.ts'
import type { Invocation } from '../invocation.ts'
import { countOf } from '../numbers.ts'
import { predictOptions } from '../option-tables.ts'
import { requireOutput } from '../output-file.ts'
import type { Terminal } from '../terminal.ts'
import { textLines } from '../text-lines.ts'
import { refuseUnused } from '../unused-options.ts'

const WHERE = 'sluice predict'

/** Texts between two turns of the event loop and two writes. */
const BATCH = 64

type Options = OptionValues<typeof predictOptions>

export async function run({ operands, options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions(WHERE, predictOptions, options)
  const [path, ...texts] = operands
  if (texts.length === 0 && given.file === null) {
    throw new OptionError(
      `${WHERE}: expected a text, - for standard input, or --file FILE, got none of them.\n${helpHint(WHERE)}`,
    )
  }
  if (given.file === null) refuseOptionsOfFiles(options, texts)
  if (given.out !== null) await requireOutput('--out', given.out, [path, given.file])
  await useWasm(options, workOf(texts, given.file))
  const model = await readModel(path, { kind: TextClassifier })
  for (const warning of model.warnings) terminal.warn(warning)

  const kept: string[] = []
  const write = given.out === null ? (lines: string) => terminal.write(lines) : (lines: string) => void kept.push(lines)
  const turns = new Turns(signal)
  let done = 0
  for await (const batch of batchesOf(texts, given, model, terminal, signal)) {
    const answers = model.predictAll(batch)
    await write(batch.map((text, place) => lineOf(text, answers[place], isJson)).join(''))
    done += batch.length
    if (given.out !== null || !process.stdout.isTTY) terminal.progress(() => `${countOf(done, 'text')} predicted`)
    await turns.give()
  }
  signal.throwIfAborted()
  if (given.out === null) return
  await writeFileAtomically(given.out, new TextEncoder().encode(kept.join('')))
  terminal.note(`${given.out}: ${countOf(done, 'text')} predicted`)
}

/** What says how a file is read; a text that stands on the command line is there already. */
function refuseOptionsOfFiles(options: Invocation['options'], texts: readonly string[]): void {
  const none = 'got none: a text on the command line has'
  refuseUnused(options, ['text', 'header'], `expected --file FILE beside it, ${none} no columns. Leave it out.`)
  if (texts.includes('-')) return
  refuseUnused(options, ['encoding'], `expected --file FILE or - beside it, ${none} no other encoding. Leave it out.`)
}

const workOf = (texts: readonly string[], file: string | null) =>
  file === null && texts.length < BATCH && !texts.includes('-') ? 'small' : 'large'

function lineOf(text: string, { label, probability, probabilities }: Prediction, isJson: boolean): string {
  if (isJson) return `${JSON.stringify({ text, label, probability, probabilities })}\n`
  return `${onOneLine(label)}\t${probability.toFixed(4)}\t${onOneLine(text)}\n`
}

/** All texts in their order, a batch at a time. */
async function* batchesOf(
  texts: readonly string[],
  given: Options,
  model: TextClassifier,
  terminal: Terminal,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  let waiting: string[] = []
  for (const text of texts) {
    if (text !== '-') {
      waiting.push(text)
      continue
    }
    yield* inBatches(waiting)
    waiting = []
    const end = () => process.stdin.destroy()
    signal.addEventListener('abort', end)
    for await (const lines of textLines(process.stdin, 'standard input', given.encoding)) yield* inBatches(lines)
    signal.removeEventListener('abort', end)
  }
  if (given.file !== null) waiting.push(...(await textsOfFile(given.file, given, model, terminal)))
  yield* inBatches(waiting)
}

function* inBatches(texts: readonly string[]): Generator<readonly string[]> {
  for (let begin = 0; begin < texts.length; begin += BATCH) yield texts.slice(begin, begin + BATCH)
}

/** A row's text each, blank ones too: the answers stand in the order of the rows. */
async function textsOfFile(path: string, given: Options, model: TextClassifier, terminal: Terminal): Promise<string[]> {
  // Loaded for files alone: the answer to one text should not wait for what reads tables.
  const { knownColumn, readTable } = await import('../examples-file.ts')
  const { findTextColumn } = await import('../../data/columns.ts')
  const table = await readTable(path, given)
  const column = findTextColumn(table, given.text ?? knownColumn(table, model.columns?.text))
  const texts = table.rows.map(row => row[column])
  terminal.note(`${path}: ${countOf(texts.length, 'text')} in column ${shown(table.columns[column])}`)
  const blank = texts.filter(text => text.trim() === '').length
  if (blank > 0) terminal.warn(`${path}: ${countOf(blank, 'empty text')} answered as an unknown word`)
  return texts
}
