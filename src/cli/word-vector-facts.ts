/** What word vectors are: as JSON, and for the eye. */
import type { WordVectors } from '../models/word-vectors/word-vectors.ts'
import { facts, onOneLine } from './aligned.ts'
import { countOf } from './numbers.ts'

/** Of the words, the most frequent first. */
const WORDS_SHOWN = 20

export function wordVectorsDocument({ words, dimensions, text, summary }: WordVectors) {
  return {
    task: 'word-vectors',
    words: words.length,
    dimensions,
    parameters: words.length * dimensions,
    tensors: [{ name: 'embedding.weight', shape: [words.length, dimensions] }],
    text: text && { tokens: text.tokens, language: text.language ?? null, lowercase: text.lowercase ?? false },
    vocabulary: { size: words.length, first: words.slice(0, WORDS_SHOWN) },
    training: summary,
  }
}

export function wordVectorsFacts(document: ReturnType<typeof wordVectorsDocument>): string[] {
  const { text, vocabulary, training } = document
  const fold = text?.lowercase ? ', capitals folded' : ''
  return facts([
    ['task', 'word vectors'],
    ['vectors', `${countOf(document.words, 'word')}, ${countOf(document.dimensions, 'dimension')}`],
    ...(text ? [['text', `${text.tokens} tokens, language ${text.language}${fold}`] as const] : []),
    ['vocabulary', `${onOneLine(vocabulary.first.join(' '))} …`],
    ...(training
      ? [
          [
            'trained',
            `on ${countOf(training.words, 'word')}, ${countOf(training.epochs, 'epoch')}, ` +
              `${training.options.architecture}, ${training.options.loss}, window ${training.options.window}`,
          ] as const,
          ['loss', `${training.loss.toFixed(3)} nats in the last epoch`] as const,
          ['seed', String(training.options.seed)] as const,
        ]
      : [['trained', 'by another program'] as const]),
  ])
}
