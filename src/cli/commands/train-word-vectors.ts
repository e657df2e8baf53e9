/** `sluice train word-vectors FILE…` */
import { completeOptions } from '../../models/option-table.ts'
import { wordVectorOptions } from '../../models/word-vectors/word-vector-options.ts'
import { WordVectors } from '../../models/word-vectors/word-vectors.ts'
import { fileSource, isDevice, writeFileAtomically } from '../../platform/node/index.ts'
import { facts } from '../aligned.ts'
import { useWasm } from '../device.ts'
import type { Invocation } from '../invocation.ts'
import { modelFileOf } from '../model-file-name.ts'
import { counted, countOf } from '../numbers.ts'
import { requireOutput } from '../output-file.ts'
import { TrainingCheckpoint } from '../training-checkpoint.ts'
import { TrainingProgress } from '../training-progress.ts'
import { trainWordVectorsOptions } from '../word-vector-option-tables.ts'

const ENDINGS = { safetensors: '.safetensors', text: '.vec', binary: '.bin' } as const

export async function run({ operands: files, options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions('sluice train word-vectors', trainWordVectorsOptions, options)
  const name = modelFileOf(files[0]).replace(/\.safetensors$/, ENDINGS[given.format])
  const out = given.out ?? name
  await requireOutput('--out', out, files)
  const checkpoint = await TrainingCheckpoint.open(given, (await isDevice(out)) ? name : out, files, terminal)
  const arithmetic = options.arithmetic ?? checkpoint.arithmetic ?? undefined
  await useWasm({ arithmetic, threads: options.threads })
  if (given.fast) terminal.note('threads race (--fast): each run gives other vectors')
  const progress = new TrainingProgress(terminal)
  await checkpoint.during(signal, async () => {
    const sources = files.map(file => fileSource(file, given.encoding ?? undefined))
    const vectors = await WordVectors.train(sources, {
      ...tableOptions(options),
      ...checkpoint.options,
      onProgress: progress.show,
      signal,
    })
    progress.finish([])
    if (!isTrained(vectors)) terminal.warn(`hardly a word was trained on: ${leftOut(given.subsample)}`)
    await writeFileAtomically(
      out,
      given.format === 'safetensors' ? vectors.toBytes() : vectors.toWord2Vec(given.format),
    )
    const result = resultOf(vectors, out)
    await terminal.write(isJson ? `${JSON.stringify(result)}\n` : reportOf(vectors, result))
  })
}

/** The loss is that of a sample of the predictions: of none it is 0. */
const isTrained = ({ run }: WordVectors): boolean => run === null || run.epochs.some(({ loss }) => loss > 0)

const leftOut = (subsample: number): string =>
  subsample > 0
    ? `of so short a text --subsample ${subsample} leaves out nearly all; --subsample 0 leaves out none`
    : 'no line has two that have a vector; see --boundary and --minimum-count'

/** Of the options given, those of the library's table. */
const tableOptions = (options: Invocation['options']) =>
  Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(wordVectorOptions, name)))

function resultOf({ words, dimensions, run }: WordVectors, model: string) {
  const { seconds = 0, wordsPerSecond = 0 } = run ?? {}
  return { words: words.length, dimensions, seconds, wordsPerSecond, model }
}

function reportOf({ summary, run }: WordVectors, result: ReturnType<typeof resultOf>): string {
  const loss = run?.epochs.at(-1)?.loss
  return `${facts([
    ['words', `${counted(result.words)}, of ${countOf(summary?.words ?? 0, 'word')} of text`],
    ['dimensions', counted(result.dimensions)],
    ...(!loss ? [] : [['loss', `${loss.toFixed(3)} nats in the last epoch`] as const]),
    ['speed', `${counted(result.wordsPerSecond)} words a second, ${result.seconds.toFixed(1)} s`],
    ['model', result.model],
  ]).join('\n')}\n`
}
