/** What the ways are called in which weights begin, without loading them. */
export const initializationNames = ['pytorch', 'uniform', 'xavier', 'orthogonal', 'identity', 'chrono'] as const

export type Initialization = (typeof initializationNames)[number]
