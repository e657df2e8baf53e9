/** What runs everywhere: in Node, in a page, in a worker. Files and threads of Node are in `sluice/node`. */
export {
  DataError,
  DivergenceError,
  LifetimeError,
  MemoryError,
  ModelFileError,
  OptionError,
  ShapeError,
  SluiceError,
} from './errors/errors.ts'
