/** What the built-in cells are called, without loading them. */

/** In the order of an option's help. */
export const cellNames = [
  'rnn',
  'rnn-relu',
  'irnn',
  'lstm',
  'lstm-peephole',
  'lstm-coupled',
  'lstm-projection',
  'lstm-layer-norm',
  'gru',
  'gru-reset-before',
  'gru-layer-norm',
] as const
