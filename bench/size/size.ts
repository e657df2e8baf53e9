/**
 * What a page ships that predicts, and one that trains.
 *
 *   npm run size            or with -- --json
 */
import { pages, sizeOf } from './pages.ts'

const sizes = await Promise.all(pages.map(sizeOf))
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ note: 'size', pages: sizes })}\n`)
} else {
  for (const { page, rawKb, gzipKb, limitKb, folders } of sizes) {
    process.stdout.write(`a page that ${page}: ${gzipKb} kB (minified, gzip; limit ${limitKb} kB), ${rawKb} kB raw\n`)
    const parts = Object.entries(folders).map(
      ([folder, kb]) => `  ${folder.padEnd(24)} ${kb.toFixed(1).padStart(6)} kB\n`,
    )
    process.stdout.write(parts.join(''))
  }
}
