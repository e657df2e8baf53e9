import { basename } from 'node:path'

/** The data file's name with `.safetensors`, in the current folder. */
export function modelFileOf(path: string): string {
  const name = basename(path).replace(/\.gz$/i, '')
  return `${name.replace(/\.[^.]*$/, '')}.safetensors`
}
