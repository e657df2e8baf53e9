/** What is shown, as a file: the view as one HTML page, a picture as SVG or PNG, data as JSON. */

/** Lets the person keep a file. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export const saveJson = (name: string, data: unknown): void =>
  saveFile(`${name}.json`, `${JSON.stringify(data)}\n`, 'application/json')

/**
 * A picture of the page as SVG. Canvases become images in it, at the resolution of the screen; drawn SVG and text stay
 * what they are, text by its place.
 *
 * @param sentence  Says in words what the picture shows.
 */
export async function pictureOf(element: HTMLElement, title: string, sentence: string): Promise<string> {
  const box = element.getBoundingClientRect()
  const [width, height] = [Math.ceil(box.width), Math.ceil(box.height)]
  const html = new XMLSerializer().serializeToString(frozen(element))
  const style = escaped(styleSheets())
  const { colorScheme } = document.documentElement.style
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" `,
    `viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(title)}</title><desc>${escaped(sentence)}</desc>`,
    `<foreignObject width="${width}" height="${height}">`,
    `<div xmlns="http://www.w3.org/1999/xhtml" class="saved" style="color-scheme:${colorScheme}">`,
    `<style>${style}</style>${html}</div></foreignObject></svg>`,
  ].join('')
}

/** The same as PNG, at twice the size. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = 2 * image.width
  canvas.height = 2 * image.height
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((done, failed) => {
    canvas.toBlob(blob => (blob ? done(blob) : failed(new Error('internal: the picture could not be encoded'))))
  })
}

/** What the page shows as one HTML file without scripts, with the address to come back to it. */
export function pageAsHtml(sentence: string): string {
  const { lang, style } = document.documentElement
  const main = new XMLSerializer().serializeToString(frozen(document.getElementById('main') as HTMLElement))
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
  return [
    `<!doctype html><html lang="${lang}" style="color-scheme:${style.colorScheme}"><head><meta charset="utf-8"/>`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"/><title>${escaped(document.title)}</title>`,
    `<style>${styleSheets()}</style></head><body>${main}`,
    `<footer class="narrator"><p class="narrator-sentence">${escaped(sentence)}</p></footer></body></html>\n`,
  ].join('')
}

/** A copy that shows the same without scripts: canvases as images, controls as they stand. */
function frozen(element: HTMLElement): HTMLElement {
  const copy = element.cloneNode(true) as HTMLElement
  const canvases = element.querySelectorAll('canvas')
  copy.querySelectorAll('canvas').forEach((canvas, k) => {
    const image = document.createElement('img')
    image.src = canvases[k].toDataURL()
    image.alt = ''
    image.className = 'painted'
    image.style.cssText = canvas.style.cssText
    canvas.replaceWith(image)
  })
  for (const gone of copy.querySelectorAll('[data-not-saved], input[type="file"], script')) gone.remove()
  const areas = element.querySelectorAll('textarea')
  copy.querySelectorAll('textarea').forEach((area, k) => {
    area.textContent = areas[k].value
  })
  const selects = element.querySelectorAll('select')
  copy.querySelectorAll('select').forEach((select, k) => {
    select.options[selects[k].selectedIndex]?.setAttribute('selected', '')
  })
  for (const focusable of copy.querySelectorAll('[tabindex]')) focusable.removeAttribute('tabindex')
  return copy
}

const styleSheets = (): string =>
  [...document.styleSheets].flatMap(sheet => [...sheet.cssRules].map(rule => rule.cssText)).join('\n')

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
