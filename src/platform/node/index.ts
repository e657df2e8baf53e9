export { fileSource } from './file-source.ts'
export { readBytes, requireWritable, writeFileAtomically } from './files.ts'
export { readModel, writeModel } from './model-files.ts'
