import { readBytes } from '../platform/node/index.ts'
import { parseSubwords, type SubwordDocument } from '../text/subword-document.ts'

/** Reads a `tokenizer.json`. @throws {ModelFileError} it is none that can be used. */
export const subwordsFrom = async (path: string): Promise<SubwordDocument> =>
  parseSubwords(new TextDecoder().decode(await readBytes(path)), path)
