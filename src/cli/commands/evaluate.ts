/** `sluice evaluate MODEL FILE` */
import { majorityOf } from '../../data/majority.ts'
import type { LanguageJudgement } from '../../models/language-judgement.ts'
import { LanguageModel } from '../../models/language-model.ts'
import { completeOptions } from '../../models/option-table.ts'
import { WordVectors } from '../../models/word-vectors/word-vectors.ts'
import { fileSource, readModelOrVectors } from '../../platform/node/index.ts'
import { facts } from '../aligned.ts'
import { judgementDocument, judgementReport } from '../classifier-judgement.ts'
import { useWasm } from '../device.ts'
import { readExamples } from '../examples-file.ts'
import type { Invocation } from '../invocation.ts'
import { counted, percent } from '../numbers.ts'
import { evaluateOptions } from '../option-tables.ts'
import { refuseUnused } from '../unused-options.ts'
import { judgeVectors } from '../word-vector-judgement.ts'

export async function run({ operands: [path, file], options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions('sluice evaluate', evaluateOptions, options)
  await useWasm(options)
  const model = await readModelOrVectors(path)
  for (const warning of model.warnings) terminal.warn(warning)
  if (model instanceof WordVectors || model instanceof LanguageModel) {
    const kind = model instanceof WordVectors ? 'word vectors, whose file has' : 'a language model, whose text has'
    refuseUnused(options, ['text', 'label', 'header'], `expected a classifier, got ${kind} no columns. Leave it out.`)
  }
  if (model instanceof WordVectors)
    return await judgeVectors(model, file, { isJson, terminal, signal, encoding: given.encoding })
  if (model instanceof LanguageModel) {
    const judgement = await model.evaluate([fileSource(file, given.encoding ?? undefined)], { signal })
    return await terminal.write(isJson ? `${JSON.stringify(judgement)}\n` : `${reportOf(judgement).join('\n')}\n`)
  }
  const { examples } = await readExamples(file, given, terminal, model.columns)
  const judgement = await model.evaluate(examples, { signal })
  if (isJson) return await terminal.write(`${JSON.stringify(judgementDocument(judgement))}\n`)
  const { share } = majorityOf(examples.map(example => example.label))
  await terminal.write(`${judgementReport(judgement, share).join('\n')}\n`)
}

function reportOf({ tokens, loss, perplexity, bitsPerToken, accuracy, unknown }: LanguageJudgement): string[] {
  return facts([
    ['perplexity', perplexity.toFixed(2)],
    ['loss', `${loss.toFixed(4)} nats, ${bitsPerToken.toFixed(4)} bits a token`],
    ['accuracy', `${percent(accuracy)} of the tokens were the most probable one`],
    ['tokens', `${counted(tokens)} foretold, ${percent(unknown)} not in the vocabulary`],
  ])
}
