/** What a classifier is: as JSON, and for the eye. */
import { printEquations } from '../formula/print.ts'
import type { TextClassifier } from '../models/text-classifier.ts'
import { facts, onOneLine } from './aligned.ts'
import { counted, countOf, percent } from './numbers.ts'

/** Of the vocabulary, the most frequent first. */
const TOKENS_SHOWN = 20

export function classifierDocument({ weights, encoder, labels, columns, summary, parameterCount }: TextClassifier) {
  const { vocabulary, embedding, hidden, bidirectional, merge, initialState, pooling } = weights.sizes
  const { tokens, language, lowercase, maxTokens } = encoder.tokenizer.settings
  return {
    task: 'classifier',
    labels,
    columns,
    cell: weights.cell.name,
    embedding,
    hidden,
    layers: hidden.length,
    bidirectional,
    merge,
    initialState,
    pooling,
    parameters: parameterCount,
    tensors: [...weights.parameters()].map(([name, { shape }]) => ({ name, shape })),
    text: { tokens, language, lowercase, maxTokens: maxTokens ?? null },
    vocabulary: { size: vocabulary, first: encoder.vocabulary.tokens.slice(0, TOKENS_SHOWN) },
    equations: printEquations(weights.cell),
    training: summary,
  }
}

/** `64`, or the size of each layer where they differ. */
export const hiddenOf = (sizes: readonly number[]): string =>
  (new Set(sizes).size === 1 ? sizes.slice(0, 1) : sizes).map(counted).join(' and ')

export function classifierFacts(document: ReturnType<typeof classifierDocument>): string[] {
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
          `${directions}, first state ${document.initialState}, pooling ${document.pooling}, ` +
          `embedding of ${counted(document.embedding)}`,
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
