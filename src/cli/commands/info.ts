/** `sluice info MODEL` */
import { printEquations } from '../../formula/print.ts'
import type { TextClassifier } from '../../models/text-classifier.ts'
import { readModel } from '../../platform/node/index.ts'
import { facts, onOneLine } from '../aligned.ts'
import type { Invocation } from '../invocation.ts'
import { counted, countOf, percent } from '../numbers.ts'

/** Of the vocabulary, the most frequent first. */
const TOKENS_SHOWN = 20

export async function run({ operands: [path], isJson, terminal }: Invocation): Promise<void> {
  const model = await readModel(path)
  for (const warning of model.warnings) terminal.warn(warning)
  const document = documentOf(model)
  await terminal.write(isJson ? `${JSON.stringify(document)}\n` : `${reportOf(document).join('\n')}\n`)
}

function documentOf({ network, encoder, labels, columns, summary, parameterCount }: TextClassifier) {
  const { vocabulary, embedding, hidden, bidirectional, merge, initialState, pooling } = network.sizes
  const { tokens, language, lowercase, maxTokens } = encoder.tokenizer.settings
  return {
    task: 'classifier',
    labels,
    columns,
    cell: network.cell.name,
    embedding,
    hidden,
    layers: hidden.length,
    bidirectional,
    merge,
    initialState,
    pooling,
    parameters: parameterCount,
    tensors: [...network.parameters()].map(([name, { shape }]) => ({ name, shape })),
    text: { tokens, language, lowercase, maxTokens: maxTokens ?? null },
    vocabulary: { size: vocabulary, first: encoder.vocabulary.tokens.slice(0, TOKENS_SHOWN) },
    equations: printEquations(network.cell),
    training: summary,
  }
}

/** `64`, or the size of each layer where they differ. */
const hiddenOf = (sizes: readonly number[]): string =>
  (new Set(sizes).size === 1 ? sizes.slice(0, 1) : sizes).map(counted).join(' and ')

function reportOf(document: ReturnType<typeof documentOf>): string[] {
  const { text, vocabulary, training, columns } = document
  const { best } = training
  const directions = document.bidirectional ? `both directions (${document.merge})` : 'one direction'
  const fold = text.lowercase ? ', capitals folded' : ''
  return [
    ...facts([
      ['task', `text classifier of ${countOf(document.labels.length, 'label')}`],
      ['labels', document.labels.map(onOneLine).join(', ')],
      ...(columns ? [['columns', `${onOneLine(columns.text)}, ${onOneLine(columns.label)}`] as const] : []),
      [
        'network',
        `${document.cell}, ${hiddenOf(document.hidden)} hidden units, ${countOf(document.layers, 'layer')}, ` +
          `${directions}, first state ${document.initialState}, pooling ${document.pooling}, embedding of ${counted(document.embedding)}`,
      ],
      ['parameters', counted(document.parameters)],
      [
        'text',
        `${text.tokens} tokens, language ${text.language}${fold}, at most ${counted(text.maxTokens ?? Infinity)}`,
      ],
      ['vocabulary', `${countOf(vocabulary.size, 'token')}: ${onOneLine(vocabulary.first.join(' '))} …`],
      ['trained', `on ${countOf(training.examples, 'text')}, epoch ${best.epoch} of ${training.epochs} kept`],
      ['validation', `accuracy ${percent(best.validation.accuracy)}, loss ${best.validation.loss.toFixed(3)}`],
      ['seed', String(training.options.seed)],
    ]),
    '',
    ...document.equations,
  ]
}
