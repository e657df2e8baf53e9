/** What the schedules are called, without loading them. */

/** In the order of an option's choices. */
export const scheduleNames = ['constant', 'step', 'exponential', 'cosine', 'plateau'] as const
