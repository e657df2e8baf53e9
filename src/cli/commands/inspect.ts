/** `sluice inspect MODEL TEXT` */
import { findTextColumn } from '../../data/columns.ts'
import { textWindows } from '../../data/text-windows.ts'
import { ModelFileError } from '../../errors/errors.ts'
import { drawReport } from '../../inspect/draw-report.ts'
import { type InspectOptions, inspect, inspectedLayer } from '../../inspect/inspect.ts'
import { changed } from '../../inspect/interventions.ts'
import { requireToken } from '../../inspect/ledger.ts'
import { recordReading } from '../../inspect/record.ts'
import type { UnitOfLayer } from '../../inspect/report.ts'
import { reportFigure } from '../../inspect/report-figure.ts'
import { reportPage } from '../../inspect/report-page.ts'
import { isClassifier, type Reading, readingOf } from '../../inspect/subject.ts'
import { layersAt, requireLayer, strongestUnits } from '../../inspect/summary.ts'
import { completeOptions } from '../../models/option-table.ts'
import { type AnyModel, fileSource, readModel, writeFileAtomically } from '../../platform/node/index.ts'
import { useWasm } from '../device.ts'
import { knownColumn, readTable } from '../examples-file.ts'
import { changesOf, type InspectValues, inspectOptions, unitsOf } from '../inspect-options.ts'
import type { Invocation } from '../invocation.ts'
import { jsonPieces } from '../json-pieces.ts'
import { countOf, percent } from '../numbers.ts'
import { requireOutput } from '../output-file.ts'
import { textOf } from '../standard-input.ts'
import { refuseUnused } from '../unused-options.ts'

/** Characters from which on threads and wide mode are worth their start: every cut text is predicted. */
const LONG_TEXT = 2000

export async function run({ operands: [path, given], options, isJson, terminal, signal }: Invocation): Promise<void> {
  const values = completeOptions('sluice inspect', inspectOptions, options)
  if (values.over === null) {
    const reason = 'expected --over FILE beside it, got none: the text to inspect is there already. Leave it out.'
    refuseUnused(options, ['text', 'header', 'encoding'], reason)
  }
  const [changes, units] = [changesOf(values), unitsOf(values)]
  if (values.html !== null) await requireOutput('--html', values.html, [path, values.over])
  if (values.svg !== null) await requireOutput('--svg', values.svg, [path, values.over, values.html])
  const text = await textOf(given, signal)
  await useWasm(options, values.over === null && text.length < LONG_TEXT ? 'small' : 'large')
  const model = await readModel(path)
  requireNetwork(path, model)
  for (const warning of model.warnings) terminal.warn(warning)
  const reading = readingOf(model, text)
  if (isClassifier(model) && model.encoder.tokenize(text).isCut) {
    terminal.warn(
      `the model reads ${countOf(reading.tokens.length, 'token')} at most; the rest of the text is left out`,
    )
  }
  if (values.at !== null) requireToken('at', values.at, reading.tokens.length)
  for (const change of changes) changed(model, reading, change)
  requireLayer(values.layer, model.network.sizes.hidden.length)
  const over = values.over === null ? undefined : await searchOf(model, reading, values, units)
  const report = await inspect(model, text, {
    changes,
    ...(values.at !== null && { at: values.at }),
    ...(over && { over }),
    signal,
    onProgress: (stage, done) =>
      terminal.progress(() => (stage === 'texts' ? `${countOf(done, 'text')} searched` : `${stage} ${percent(done)}`)),
  })
  const { layer } = values
  if (values.html !== null) await write(values.html, reportPage(report))
  if (values.svg !== null)
    await write(
      values.svg,
      reportFigure(report, { layer, ...(options.units !== undefined && { units: values.units }) }),
    )
  if (isJson) {
    for (const piece of jsonPieces(report)) await terminal.write(piece)
    return await terminal.write('\n')
  }
  const width = process.stdout.columns || 80
  const lines = drawReport(report, { layer, units: values.units, width, colour: hasColours() })
  await terminal.write(`${lines.join('\n')}\n`)
  for (const file of [values.html, values.svg]) if (file !== null) terminal.note(`${file} written`)
}

/** A file may hold what reads no text at all: word vectors. */
function requireNetwork(path: string, model: object): void {
  if ('network' in model) return
  throw new ModelFileError(
    `${path}: expected a classifier or a language model, got another kind. Inspect one of these.`,
  )
}

const write = async (file: string, text: string): Promise<void> =>
  await writeFileAtomically(file, new TextEncoder().encode(text))

const hasColours = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

/** What is searched, and for which units: those named, or the largest ones of the layer in this text. */
async function searchOf(
  model: AnyModel,
  reading: Reading,
  values: InspectValues,
  named: readonly number[],
): Promise<InspectOptions['over']> {
  const quantity = values.quantity ?? model.network.cell.output
  const layers = layersAt(
    { layers: recordReading(model, reading, [quantity]).map(one => inspectedLayer(one)) },
    values.layer,
  )
  const units = layers.flatMap((one): UnitOfLayer[] => {
    const { layer, direction } = one
    const found = named.length > 0 ? named : strongestUnits(one, quantity, values.units)
    return found.map(unit => ({ layer, direction, unit }))
  })
  return { texts: await textsOf(model, values.over as string, values), units, quantity }
}

async function textsOf(
  model: AnyModel,
  file: string,
  values: InspectValues,
): Promise<Iterable<string> | AsyncIterable<string>> {
  if (!isClassifier(model)) return passages(textWindows([fileSource(file, values.encoding ?? undefined)]))
  const table = await readTable(file, values)
  const column = findTextColumn(table, values.text ?? knownColumn(table, model.columns?.text))
  return table.rows.map(row => row[column])
}

/** Characters that are read together: the state begins anew after them. */
const PASSAGE = 4000

/** Windows of lines in smaller pieces of whole lines, as far as lines are short enough. */
async function* passages(windows: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const window of windows) {
    for (let begin = 0; begin < window.length; ) {
      const end = window.length - begin <= PASSAGE ? window.length : window.lastIndexOf('\n', begin + PASSAGE) + 1
      const cut = end > begin ? end : begin + PASSAGE
      yield window.slice(begin, cut)
      begin = cut
    }
  }
}
