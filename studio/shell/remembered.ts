/** A word kept in this browser, where it allows that. */
export interface Remembered {
  read(): string | null
  write(word: string): void
}

export function remembered(name: string): Remembered {
  const key = `sluice-studio-${name}`
  return {
    read() {
      try {
        return localStorage.getItem(key)
      } catch {
        return null // storage is forbidden here
      }
    },
    write(word) {
      try {
        localStorage.setItem(key, word)
      } catch {
        // Then it is not remembered, and nothing else is lost.
      }
    },
  }
}
