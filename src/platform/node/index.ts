export { fileSource } from './file-source.ts'
export { isDevice, readBytes, requireWritable, writeFileAtomically } from './files.ts'
export {
  type AnyModel,
  type ModelKind,
  type ModelOrVectors,
  readModel,
  readModelOrVectors,
  writeModel,
} from './model-files.ts'
export { startThreads, stopThreads, type ThreadOptions, type Threads } from './threads.ts'
export { enableWideVectors, type WideVectors } from './wide-vectors.ts'
