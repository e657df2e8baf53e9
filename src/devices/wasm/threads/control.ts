/**
 * How the main thread and a worker speak: a few integers in the shared memory, a block for each worker.
 *
 * Each section of calls has a number. The main thread writes where its list begins and ends and how large the memory
 * is, then the number; the worker runs the list and answers with the same number. Words that different threads write
 * lie in different cache lines.
 */

/** Written by the main thread. */
export const SEQUENCE = 0
export const BEGIN = 1
export const END = 2
/** Pages of 64 KiB that the memory had grown to: a worker may see it grow later than the main thread. */
export const PAGES = 3
/** 1 while the main thread sleeps and wants to be woken. */
export const MAIN_SLEEPS = 4

/** Written by the worker. */
export const DONE = 32
export const SLEEPS = 33
/** 0, or the length of a message behind it: what the worker failed with. */
export const FAILED = 34
export const MESSAGE = 35

export const CONTROL_INTS = 256
export const MESSAGE_INTS = CONTROL_INTS - MESSAGE

/** What stands in a list in place of a kernel's number. */
export const STORE = -1
export const LOAD_MODULE = -2
