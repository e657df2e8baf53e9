/** What a language model is: as JSON, and for the eye. */
import { printEquations } from '../formula/print.ts'
import type { LanguageModel } from '../models/language-model.ts'
import { facts, onOneLine } from './aligned.ts'
import { hiddenOf } from './classifier-facts.ts'
import { counted, countOf } from './numbers.ts'

/** Of the vocabulary, the most frequent first. */
const TOKENS_SHOWN = 20

export function languageModelDocument({ network, encoder, summary, parameterCount }: LanguageModel) {
  const { vocabulary, embedding, hidden, initialState, tieWeights } = network.sizes
  const { tokens, language, lowercase, lineEnd } = encoder.tokenizer.settings
  return {
    task: 'language-model',
    cell: network.cell.name,
    embedding,
    hidden,
    layers: hidden.length,
    initialState,
    tieWeights,
    parameters: parameterCount,
    tensors: [...network.parameters()].map(([name, { shape }]) => ({ name, shape })),
    text: { tokens, language, lowercase, lineEnd: lineEnd ?? null },
    vocabulary: { size: vocabulary, first: encoder.vocabulary.tokens.slice(0, TOKENS_SHOWN) },
    equations: printEquations(network.cell),
    training: summary,
  }
}

export function languageModelFacts(document: ReturnType<typeof languageModelDocument>): string[] {
  const { text, vocabulary, training } = document
  const { validation, epoch } = training.best
  const fold = text.lowercase ? ', capitals folded' : ''
  const lineEnd = text.lineEnd === null ? '' : `, line ends as ${onOneLine(text.lineEnd)}`
  const first = vocabulary.first.map(token => (/\S/.test(token) ? token : JSON.stringify(token))).join(' ')
  return [
    ...facts([
      ['task', 'language model'],
      [
        'network',
        `${document.cell}, ${hiddenOf(document.hidden)} hidden units, ${countOf(document.layers, 'layer')}, ` +
          `first state ${document.initialState}, embedding of ${counted(document.embedding)}` +
          `${document.tieWeights ? ', which is the output too' : ''}`,
      ],
      ['parameters', counted(document.parameters)],
      ['text', `${text.tokens} tokens, language ${text.language}${fold}${lineEnd}`],
      ['vocabulary', `${countOf(vocabulary.size, 'token')}: ${onOneLine(first)} …`],
      ['trained', `on ${countOf(training.tokens, 'token')}, epoch ${epoch} of ${training.epochs} kept`],
      [
        'validation',
        `perplexity ${validation.perplexity.toFixed(2)} (by frequency alone ` +
          `${training.baseline.unigram.toFixed(2)}), ${validation.bitsPerToken.toFixed(3)} bits a token`,
      ],
      ['seed', String(training.options.seed)],
    ]),
    '',
    ...document.equations,
  ]
}
