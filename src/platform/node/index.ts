export { fileSource } from './file-source.ts'
export { isDevice, readBytes, requireWritable, writeFileAtomically } from './files.ts'
export { type AnyModel, type ModelKind, readModel, writeModel } from './model-files.ts'
export { enableWideVectors, type WideVectors } from './wide-vectors.ts'
