export { readBytes, writeFileAtomically } from './files.ts'
