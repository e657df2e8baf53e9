/** `sluice train classifier FILE` */
import { majorityOf } from '../../data/majority.ts'
import { completeOptions, type OptionValues } from '../../models/option-table.ts'
import { TextClassifier } from '../../models/text-classifier.ts'
import { textClassifierOptions } from '../../models/text-classifier-options.ts'
import { isDevice, readModel, writeModel } from '../../platform/node/index.ts'
import { facts } from '../aligned.ts'
import { chosenCell } from '../chosen-cell.ts'
import { useWasm } from '../device.ts'
import { type Examples, readExamples, requireKnownLabels } from '../examples-file.ts'
import type { Invocation } from '../invocation.ts'
import { modelFileOf } from '../model-file-name.ts'
import { counted, countOf, percent } from '../numbers.ts'
import { trainClassifierOptions } from '../option-tables.ts'
import { requireOutput } from '../output-file.ts'
import { subwordsFrom } from '../subwords-file.ts'
import type { Terminal } from '../terminal.ts'
import { TrainingCheckpoint } from '../training-checkpoint.ts'
import { TrainingProgress } from '../training-progress.ts'
import { validationOf } from '../validation-option.ts'
import { vectorsFrom } from '../vectors-file.ts'

const WHERE = 'sluice train classifier'

type Options = OptionValues<typeof trainClassifierOptions>

export async function run({ operands: [path], options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions(WHERE, trainClassifierOptions, options)
  const split = validationOf(WHERE, textClassifierOptions.validation, given.validation)
  const out = given.out ?? modelFileOf(path)
  const reads = [path, split.file, given.test, given.vectors, given.subwords]
  await requireOutput('--out', out, reads)
  const named = (await isDevice(out)) ? modelFileOf(path) : out
  const checkpoint = await TrainingCheckpoint.open(given, named, [...reads, given.from], terminal)
  const cell = options.cell === undefined ? null : await chosenCell(given.cell)
  const arithmetic = options.arithmetic ?? checkpoint.arithmetic ?? undefined
  await useWasm({ arithmetic, threads: options.threads })
  const from = given.from === null ? null : await readModel(given.from, { kind: TextClassifier })
  const vectors = given.vectors === null ? null : await vectorsFrom(given.vectors, terminal, signal)
  const subwords = given.subwords === null ? null : await subwordsFrom(given.subwords)
  const data = await readExamples(path, given, terminal, from?.columns)
  const known = [...new Set([...data.examples.map(example => example.label), ...(from?.labels ?? [])])]
  const more = (file: string | null) => moreExamples(file, given, terminal, data, known)
  const validation = await more(split.file)
  const test = await more(given.test)
  signal.throwIfAborted()

  const progress = new TrainingProgress(terminal)
  await checkpoint.during(signal, async () => {
    const model = await TextClassifier.train(data.examples, {
      ...tableOptions(options),
      ...(split.fraction !== null && { validation: split.fraction }),
      ...(validation && { validationRows: validation.examples }),
      ...(cell && { cell }),
      ...(from && { from }),
      ...(vectors && { vectors }),
      ...(subwords && { subwords }),
      ...checkpoint.options,
      freezeVectors: given.freezeVectors,
      columns: data.columns,
      onProgress: progress.show,
      signal,
    })
    progress.finish(model.epochs)
    warnOfCutTexts(model, terminal)
    await writeModel(out, model)
    const judged = test ? await model.evaluate(test.examples, { signal }) : null
    const result = resultOf(model, data, out, judged)
    await terminal.write(isJson ? `${JSON.stringify(result)}\n` : reportOf(result, validation, test))
  })
}

/** Of the options given those of the library's table: what is not given is its default, or that of `--from`. */
const tableOptions = ({ validation: _, ...options }: Invocation['options']) =>
  Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(textClassifierOptions, name)))

async function moreExamples(
  file: string | null,
  given: Options,
  terminal: Terminal,
  data: Examples,
  known: readonly string[],
): Promise<Examples | null> {
  if (file === null) return null
  const more = await readExamples(file, { ...given, text: null, label: null }, terminal, data.columns)
  requireKnownLabels(file, more.examples, known)
  return more
}

function warnOfCutTexts({ summary }: TextClassifier, terminal: Terminal): void {
  const { cutTexts, examples, validationExamples, options } = summary
  if (cutTexts === 0) return
  const share = percent(cutTexts / (examples + validationExamples))
  terminal.warn(
    `${countOf(cutTexts, 'text')} (${share}) cut after ${options.maxTokens} tokens; --max-tokens N reads more`,
  )
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
