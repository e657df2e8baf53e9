/** What the design has and the program has not: refused by name, so that nobody takes it for a slip of the fingers. */

export const notYetBuilt: {
  readonly commands: readonly string[]
  /** By command; flags without the dashes. */
  readonly options: Readonly<Record<string, readonly string[]>>
} = {
  commands: [
    'train language-model',
    'train word-vectors',
    'next',
    'generate',
    'inspect',
    'similar',
    'analogy',
    'experiment',
    'bench',
    'studio',
    'serve',
    'import',
    'export',
    'quantize',
  ],
  options: {
    'train classifier': [
      'threads',
      'line-end',
      'vectors',
      'freeze-vectors',
      'merge',
      'recurrent-dropout',
      'zoneout',
      'weight-drop',
      'activation',
      'gate-activation',
      'initialization',
      'forget-bias',
      'tie-weights',
      'unroll',
      'schedule',
      'warm-up',
      'clip-value',
      'weight-decay',
      'label-smoothing',
      'class-weights',
      'accumulate',
      'from',
      'checkpoint',
      'checkpoint-every',
      'resume',
    ],
  },
}
