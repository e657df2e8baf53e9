/** A colour of the page as a canvas takes it. */

/**
 * @param name  Of a custom property, `--accent`; its `light-dark()` is resolved only where a colour is used.
 * @returns     `rgb(…)`
 */
export function resolvedColour(element: HTMLElement, name: string): string {
  const before = element.style.color
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = before
  return color
}
