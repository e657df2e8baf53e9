/** What the optimizers are called, without loading them. */

/** In the order of an option's choices. */
export const optimizerNames = ['adam', 'lazy-adam', 'adamw', 'sgd', 'rmsprop', 'adagrad'] as const
