/** `sluice train classifier FILE` */
import { basename } from 'node:path'
import { majorityOf } from '../../data/majority.ts'
import { completeOptions, type OptionValues } from '../../models/option-table.ts'
import { TextClassifier } from '../../models/text-classifier.ts'
import { textClassifierOptions } from '../../models/text-classifier-options.ts'
import { requireWritable, writeModel } from '../../platform/node/index.ts'
import { facts } from '../aligned.ts'
import { chosenCell } from '../chosen-cell.ts'
import { useWasm } from '../device.ts'
import { type Examples, readExamples, requireKnownLabels } from '../examples-file.ts'
import { checkedValue, isNumeric } from '../flags.ts'
import type { Invocation } from '../invocation.ts'
import { counted, percent } from '../numbers.ts'
import { trainClassifierOptions } from '../option-tables.ts'
import type { Terminal } from '../terminal.ts'
import { TrainingProgress } from '../training-progress.ts'

const WHERE = 'sluice train classifier'

type Options = OptionValues<typeof trainClassifierOptions>

export async function run({ operands: [path], options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions(WHERE, trainClassifierOptions, options)
  const split = validationOf(given.validation)
  const out =
    given.out ??
    `${basename(path)
      .replace(/\.gz$/i, '')
      .replace(/\.[^.]*$/, '')}.safetensors`
  await requireWritable(out)
  const cell = await chosenCell(given.cell)
  const data = await readExamples(path, given, terminal)
  const more = (file: string | null) => moreExamples(file, given, terminal, data)
  const validation = await more(split.file)
  const test = await more(given.test)
  useWasm(options.arithmetic)
  signal.throwIfAborted()

  const progress = new TrainingProgress(terminal)
  const model = await TextClassifier.train(data.examples, {
    ...libraryOptions(given),
    ...(split.fraction === null ? {} : { validation: split.fraction }),
    ...(validation ? { validationRows: validation.examples } : {}),
    cell,
    columns: data.columns,
    onProgress: progress.show,
    signal,
  })
  progress.finish(model.epochs)
  warnOfCutTexts(model, data, terminal)
  await writeModel(out, model)
  const judged = test ? await model.evaluate(test.examples, { signal }) : null
  const result = resultOf(model, data, out, judged)
  await terminal.write(isJson ? `${JSON.stringify(result)}\n` : reportOf(result, validation, test))
}

/** `--validation`: a fraction to keep, or the file of the rows. */
function validationOf(given: string): { fraction: number | null; file: string | null } {
  if (!isNumeric(given)) return { fraction: null, file: given }
  const fraction = checkedValue(WHERE, '--validation', textClassifierOptions.validation, given) as number
  return { fraction, file: null }
}

/** The options that the library takes as they are. */
function libraryOptions(given: Options) {
  const { text, label, header, encoding, test, out, arithmetic, validation, cell, ...rest } = given
  return rest
}

async function moreExamples(
  file: string | null,
  given: Options,
  terminal: Terminal,
  data: Examples,
): Promise<Examples | null> {
  if (file === null) return null
  const more = await readExamples(file, { ...given, text: null, label: null }, terminal, data.columns)
  requireKnownLabels(file, more.examples, data.examples)
  return more
}

/** A token is a character at the least, so short texts need no counting. */
function warnOfCutTexts({ encoder, summary }: TextClassifier, { examples }: Examples, terminal: Terminal): void {
  const { maxTokens } = summary.options
  const cut = examples.filter(({ text }) => text.length > maxTokens && encoder.tokenize(text).isCut).length
  if (cut === 0) return
  const share = percent(cut / examples.length)
  terminal.warn(`${counted(cut)} texts (${share}) cut after ${maxTokens} tokens; --max-tokens N reads more`)
}

const majorityShare = ({ examples }: Pick<Examples, 'examples'>): number =>
  majorityOf(examples.map(example => example.label)).share

function resultOf(
  model: TextClassifier,
  { examples }: Examples,
  out: string,
  judged: { readonly accuracy: number; readonly loss: number; readonly macroF1: number } | null,
) {
  const { epoch, validation } = model.summary.best
  return {
    task: 'classifier',
    examples: examples.length,
    parameters: model.parameterCount,
    baseline: { majority: majorityShare({ examples }) },
    epochs: model.epochs.map(({ epoch, loss, validation, seconds }) => ({
      epoch,
      loss,
      validation: { loss: validation.loss, accuracy: validation.accuracy },
      seconds,
    })),
    validation: { epoch, loss: validation.loss, accuracy: validation.accuracy },
    test: judged && { accuracy: judged.accuracy, loss: judged.loss, macroF1: judged.macroF1 },
    model: out,
  }
}

/** @param validationData  Null where a part of the training file was kept, which has its share of each label. */
function reportOf(
  result: ReturnType<typeof resultOf>,
  validationData: Examples | null,
  testData: Examples | null,
): string {
  const { validation, test, epochs, baseline } = result
  const beside = (share: number) => `(largest class ${percent(share)})`
  const chosenBy = validationData ? majorityShare(validationData) : baseline.majority
  const lines: [string, string][] = [
    [
      'validation',
      `accuracy ${percent(validation.accuracy)} ${beside(chosenBy)}, loss ${validation.loss.toFixed(3)}, ` +
        `epoch ${validation.epoch} of ${epochs.length}`,
    ],
  ]
  if (test && testData) {
    const loss = `loss ${test.loss.toFixed(3)}, macro F1 ${test.macroF1.toFixed(3)}`
    lines.push(['test', `accuracy ${percent(test.accuracy)} ${beside(majorityShare(testData))}, ${loss}`])
  }
  lines.push(['model', `${result.model}, ${counted(result.parameters)} parameters`])
  return `${facts(lines).join('\n')}\n`
}
