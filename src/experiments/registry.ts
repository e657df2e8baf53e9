/**
 * The experiments by name. Nothing of one is loaded before it runs, so that a list or a help text is there at once.
 */
import type { Experiment } from './experiment.ts'

export interface ExperimentDescription {
  readonly name: string
  /** What it shows, in one line. */
  readonly about: string
  /** Other forms, each a switch of the command line: name and what it does. */
  readonly variants: Readonly<Record<string, string>>
  /** The folder of the data set that it reads, below the data folder; null: it makes its own data. */
  readonly data: string | null
  readonly load: () => Promise<{ readonly experiment: Experiment }>
}

export const experiments: readonly ExperimentDescription[] = [
  {
    name: 'reber',
    about: 'The embedded Reber grammar of Hochreiter & Schmidhuber 1997: the LSTM learns it, the RNN does not.',
    variants: { continual: 'Strings end to end (Gers et al. 2000): what the forget gate is for.' },
    data: null,
    load: () => import('./reber.ts'),
  },
  {
    name: 'memory-span',
    about: 'Adding, temporal order, long lag, copying: over how many steps which cell remembers.',
    variants: { delays: 'Success against the delay, for seven models with as many weights.' },
    data: null,
    load: () => import('./memory-span.ts'),
  },
  {
    name: 'parity',
    about: 'Odd or even: what a cell that tracks a state solves and a linear recurrence does not.',
    variants: {},
    data: null,
    load: () => import('./parity.ts'),
  },
  {
    name: 'fading',
    about: 'How the last answer depends on each input before it: RNN, GRU and LSTM, before training and after.',
    variants: {},
    data: null,
    load: () => import('./fading.ts'),
  },
  {
    name: 'shared-weights',
    about: 'A recurrent net against a fully connected one as sequences grow: weights, and lengths never learned from.',
    variants: {},
    data: null,
    load: () => import('./shared-weights.ts'),
  },
  {
    name: 'addition',
    about: 'Two LSTMs learn to add numbers written as text (Keras, addition_rnn).',
    variants: {},
    data: null,
    load: () => import('./addition.ts'),
  },
  {
    name: 'gates',
    about: 'The LSTM without each gate, coupled, with peepholes, with other functions (after Greff et al. 2017).',
    variants: {},
    data: null,
    load: () => import('./gates.ts'),
  },
  {
    name: 'middle-or-end',
    about: 'CBOW foretells the middle word, the LSTM the next one: how well, and what their vectors know.',
    variants: {},
    data: null,
    load: () => import('./middle-or-end.ts'),
  },
  {
    name: 'penn-treebank',
    about: 'The small word model of Zaremba et al. 2014: perplexity on the Penn Treebank.',
    variants: { dropout: 'With dropout, as the small word model of Kim et al. 2016.' },
    data: 'lm/ptb',
    load: () => import('./penn-treebank.ts'),
  },
  {
    name: 'characters',
    about: 'Shakespeare letter by letter, beside char-rnn and nanoGPT; a unit that counts the characters of a line.',
    variants: { split: 'Judged as char-rnn is: on 50 places in the midst of the text.' },
    data: 'lm/tinyshakespeare',
    load: () => import('./characters.ts'),
  },
]
