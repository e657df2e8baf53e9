/** Texts that experiments read out of npm packages, which a checkout has after `npm ci`. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DataError } from '../errors/errors.ts'
import { readBytes } from '../platform/node/index.ts'

/** What the path of such a text begins with. */
export const IN_PACKAGE = 'npm:'

/**
 * @param path  `npm:PACKAGE/FILE`.
 * @throws {DataError} the package is not installed, or has no such file.
 */
export async function readPackageText(path: string): Promise<string> {
  const [name, ...file] = path.slice(IN_PACKAGE.length).split('/')
  return Buffer.from(await readBytes(join(folderOf(name), ...file))).toString('utf8')
}

function folderOf(name: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch (cause) {
    throw new DataError(
      `experiment: expected the npm package ${name}, got none. ` +
        `Run it in a checkout after npm ci, or npm install ${name}.`,
      { cause },
    )
  }
}
