/**
 * The commands: what each is called, takes and does. To add one: an entry here, its options in `option-tables.ts`, its
 * file in `commands/`, its JSON in `docs/cli.md`.
 *
 * Nothing of the library is loaded before a command runs, so that `--help` and `--version` answer at once.
 */
import type { OptionTable } from '../models/option-table.ts'
import { experimentOptions } from './experiment-options.ts'
import { inspectOptions } from './inspect-options.ts'
import type { Invocation } from './invocation.ts'
import { generateOptions, nextOptions, trainLanguageModelOptions } from './language-option-tables.ts'
import { benchOptions, evaluateOptions, predictOptions, trainClassifierOptions } from './option-tables.ts'
import { studioOptions } from './studio-options.ts'
import { similarOptions, trainWordVectorsOptions } from './word-vector-option-tables.ts'

export interface Operand {
  /** In capitals, as in the usage line. */
  readonly name: string
  readonly about: string
  readonly isOptional?: boolean
  /** Any number of them; the last operand only. */
  readonly isRepeated?: boolean
}

export interface CommandDescription {
  /** One word or two. */
  readonly name: string
  readonly about: string
  readonly operands: readonly Operand[]
  /** Without the general ones. */
  readonly options: OptionTable
  readonly examples: readonly string[]
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<void> }>
}

const vectors: Operand = {
  name: 'MODEL',
  about: 'Word vectors: a model file, or a file in the formats of word2vec or GloVe.',
}
const model: Operand = { name: 'MODEL', about: 'A model file that "train" has written.' }

export const commands: readonly CommandDescription[] = [
  {
    name: 'train classifier',
    about: 'Train a text classifier on a table of texts and labels.',
    operands: [{ name: 'FILE', about: 'A csv, tsv or jsonl file, .gz too.' }],
    options: trainClassifierOptions,
    examples: [
      'sluice train classifier reviews.csv',
      'sluice train classifier train.tsv --text review --label sentiment --test test.tsv --cell gru --seed 2',
    ],
    load: () => import('./commands/train-classifier.ts'),
  },
  {
    name: 'train language-model',
    about: 'Train a language model on texts: which word, character or piece comes next.',
    operands: [{ name: 'FILE', about: 'A text, .gz too; several are read one after the other.', isRepeated: true }],
    options: trainLanguageModelOptions,
    examples: [
      'sluice train language-model book.txt',
      'sluice train language-model a.txt b.txt --tokens character --hidden 256 --out letters.safetensors',
    ],
    load: () => import('./commands/train-language-model.ts'),
  },
  {
    name: 'train word-vectors',
    about: 'Train word vectors on texts, as word2vec does: words used alike get vectors that point alike.',
    operands: [{ name: 'FILE', about: 'A text, .gz too; several are read one after the other.', isRepeated: true }],
    options: trainWordVectorsOptions,
    examples: [
      'sluice train word-vectors book.txt --boundary paragraph',
      'sluice train word-vectors a.txt b.txt --architecture skip-gram --embedding 300 --format text',
    ],
    load: () => import('./commands/train-word-vectors.ts'),
  },
  {
    name: 'next',
    about: 'Tell which words or characters most likely come next.',
    operands: [model, { name: 'TEXT', about: 'The text so far; - reads it from standard input.' }],
    options: nextOptions,
    examples: ['sluice next book.safetensors "It was a dark and" --top 5'],
    load: () => import('./commands/next.ts'),
  },
  {
    name: 'generate',
    about: 'Write on with a language model: the text is printed as it grows, without the prompt.',
    operands: [model],
    options: generateOptions,
    examples: ['sluice generate book.safetensors --prompt "It was" --length 200 --temperature 0.8'],
    load: () => import('./commands/generate.ts'),
  },
  {
    name: 'similar',
    about: 'Tell which words are used most like a word.',
    operands: [vectors, { name: 'WORD', about: 'The word.' }],
    options: similarOptions,
    examples: ['sluice similar book.safetensors king --top 5'],
    load: () => import('./commands/similar.ts'),
  },
  {
    name: 'analogy',
    about: 'Tell what C has as A has B: man is to king as woman is to …',
    operands: [
      vectors,
      { name: 'A', about: 'A word.' },
      { name: 'B', about: 'What it has.' },
      { name: 'C', about: 'Another word.' },
    ],
    options: similarOptions,
    examples: ['sluice analogy book.safetensors man king woman'],
    load: () => import('./commands/analogy.ts'),
  },
  {
    name: 'predict',
    about: 'Tell the labels of texts: label, probability and text, a line each.',
    operands: [
      model,
      { name: 'TEXT', about: 'A text; - reads one a line from standard input.', isOptional: true, isRepeated: true },
    ],
    options: predictOptions,
    examples: [
      'sluice predict reviews.safetensors "the plot is thin but the acting carries it"',
      'sluice predict reviews.safetensors --file new.csv --json --out answers.jsonl',
    ],
    load: () => import('./commands/predict.ts'),
  },
  {
    name: 'evaluate',
    about:
      'Judge a model: accuracy and a table of the classes, perplexity on a text, word vectors by what people said.',
    operands: [
      model,
      {
        name: 'FILE',
        about: 'A csv, tsv or jsonl file, the text for a language model, pairs of words or analogies; .gz too.',
      },
    ],
    options: evaluateOptions,
    examples: ['sluice evaluate reviews.safetensors test.csv'],
    load: () => import('./commands/evaluate.ts'),
  },
  {
    name: 'info',
    about: 'Tell what a model is: sizes, vocabulary, equations, how it was trained.',
    operands: [model],
    options: {},
    examples: ['sluice info reviews.safetensors'],
    load: () => import('./commands/info.ts'),
  },
  {
    name: 'inspect',
    about:
      'Show what the memory does with a text: gates in per cent, memory ledger, half-lives, what changes would do.',
    operands: [model, { name: 'TEXT', about: 'The text; - reads it from standard input.' }],
    options: inspectOptions,
    examples: [
      'sluice inspect reviews.safetensors "the plot is thin but the acting carries it"',
      'sluice inspect reviews.safetensors "not good" --clamp forgetGate=0.5 --edit 1=bad --html seen.html',
    ],
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'experiment',
    about: 'Measure what a paper or a chapter claims: a table with the published figures beside ours, and charts.',
    operands: [{ name: 'NAME', about: 'An experiment; "list" tells which there are.' }],
    options: experimentOptions,
    examples: ['sluice experiment list', 'sluice experiment penn-treebank --quick --data ~/data'],
    load: () => import('./commands/experiment.ts'),
  },
  {
    name: 'studio',
    about: 'Serve the studio on this computer: see what a model remembers, forgets and lets out.',
    operands: [{ ...model, isOptional: true }],
    options: studioOptions,
    examples: ['sluice studio reviews.safetensors', 'sluice studio --port 8080 --no-open'],
    load: () => import('./commands/studio.ts'),
  },
  {
    name: 'bench',
    about: 'Measure how fast training and inference run here: a line a workload and phase.',
    operands: [],
    options: benchOptions,
    examples: ['sluice bench --workload lstm-small,sentiment', 'sluice bench --profile --workload lstm-small'],
    load: () => import('./commands/bench.ts'),
  },
  {
    name: 'doctor',
    about: 'Tell what this machine can do, what is missing and how to get it.',
    operands: [],
    options: {},
    examples: ['sluice doctor'],
    load: () => import('./commands/doctor.ts'),
  },
]
