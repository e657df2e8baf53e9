/** `sluice train language-model FILE…` */
import type { ByteSource } from '../../data/byte-source.ts'
import { textWindows } from '../../data/text-windows.ts'
import { DataError } from '../../errors/errors.ts'
import type { LanguageJudgement } from '../../models/language-judgement.ts'
import { LanguageModel } from '../../models/language-model.ts'
import { languageModelOptions } from '../../models/language-model-options.ts'
import { completeOptions } from '../../models/option-table.ts'
import { fileSource, isDevice, readModel, writeModel } from '../../platform/node/index.ts'
import { facts } from '../aligned.ts'
import { chosenCell } from '../chosen-cell.ts'
import { useWasm } from '../device.ts'
import type { Invocation } from '../invocation.ts'
import { trainLanguageModelOptions } from '../language-option-tables.ts'
import { modelFileOf } from '../model-file-name.ts'
import { counted } from '../numbers.ts'
import { requireOutput } from '../output-file.ts'
import { subwordsFrom } from '../subwords-file.ts'
import { TrainingCheckpoint } from '../training-checkpoint.ts'
import { TrainingProgress } from '../training-progress.ts'
import { validationOf } from '../validation-option.ts'
import { vectorsFrom } from '../vectors-file.ts'

const WHERE = 'sluice train language-model'

export async function run({ operands: files, options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions(WHERE, trainLanguageModelOptions, options)
  const name = modelFileOf(files[0])
  const out = given.out ?? name
  const split = validationOf(WHERE, languageModelOptions.validation, given.validation)
  const reads = [...files, split.file, given.test, given.vectors, given.subwords]
  await requireOutput('--out', out, reads)
  const named = (await isDevice(out)) ? name : out
  const checkpoint = await TrainingCheckpoint.open(given, named, [...reads, given.from], terminal)
  const cell = options.cell === undefined ? null : await chosenCell(given.cell)
  const arithmetic = options.arithmetic ?? checkpoint.arithmetic ?? undefined
  await useWasm({ arithmetic, threads: options.threads })
  const from = given.from === null ? null : await readModel(given.from, { kind: LanguageModel })
  const vectors = given.vectors === null ? null : await vectorsFrom(given.vectors, terminal, signal)
  const subwords = given.subwords === null ? null : await subwordsFrom(given.subwords)
  const source = (file: string) => fileSource(file, given.encoding ?? undefined)
  const test = given.test === null ? null : [source(given.test)]
  if (test) await requireText(test, signal)
  const progress = new TrainingProgress(terminal)
  await checkpoint.during(signal, async () => {
    const model = await LanguageModel.train(files.map(source), {
      ...tableOptions(options),
      ...(split.fraction !== null && { validation: split.fraction }),
      ...(split.file !== null && { validationText: [source(split.file)] }),
      ...(cell && { cell }),
      ...(from && { from }),
      ...(vectors && { vectors }),
      freezeVectors: given.freezeVectors,
      ...(subwords && { subwords }),
      ...checkpoint.options,
      onProgress: progress.show,
      signal,
    })
    progress.finish(model.epochs)
    await writeModel(out, model)
    const judged = test && (await model.evaluate(test, { signal }))
    const result = resultOf(model, out, judged)
    await terminal.write(isJson ? `${JSON.stringify(result)}\n` : reportOf(result))
  })
}

/** Goes through a text before the training: what is wrong with it should not be found after hours. */
async function requireText(sources: readonly ByteSource[], signal: AbortSignal): Promise<void> {
  let hasText = false
  for await (const window of textWindows(sources)) {
    hasText ||= window.trim() !== ''
    signal.throwIfAborted()
  }
  if (!hasText)
    throw new DataError(`${sources[0].name}: expected a text, got none. Check that it was written completely.`)
}

/** Of the options given, those of the library's table: the others are defaults, or those of the model gone on from. */
const tableOptions = ({ validation: _, ...options }: Invocation['options']) =>
  Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(languageModelOptions, name)))

function resultOf(model: LanguageModel, out: string, judged: LanguageJudgement | null) {
  const { best, baseline, tokens } = model.summary
  return {
    task: 'language-model',
    tokens,
    vocabulary: model.encoder.vocabulary.size,
    parameters: model.parameterCount,
    baseline,
    epochs: model.epochs,
    validation: { epoch: best.epoch, ...best.validation },
    test: judged,
    model: out,
  }
}

function reportOf({ validation, test, epochs, baseline, model, parameters }: ReturnType<typeof resultOf>): string {
  const told = ({ perplexity, bitsPerToken, tokens }: Omit<LanguageJudgement, 'loss' | 'accuracy' | 'unknown'>) =>
    `perplexity ${perplexity.toFixed(2)}, ${bitsPerToken.toFixed(3)} bits a token, ${counted(tokens)} tokens`
  return `${facts([
    [
      'validation',
      `${told(validation)}, epoch ${validation.epoch} of ${epochs.length} ` +
        `(by frequency alone: perplexity ${baseline.unigram.toFixed(2)})`,
    ],
    ...(test ? [['test', told(test)] as const] : []),
    ['model', `${model}, ${counted(parameters)} parameters`],
  ]).join('\n')}\n`
}
