/** Opens an address in the person's browser, where there is one; whoever has none finds the address on the terminal. */
import { spawn } from 'node:child_process'

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
}

/** @param url  Of our own making: it has nothing in it that a shell could take for more than an address. */
export function openPage(url: string): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true })
  child.once('error', () => {})
  child.unref()
}
