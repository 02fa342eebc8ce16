/** A table of ratios as a picture: one row a case, one column a policy; green is better than the best peer, red worse. */
export type HeatRow = { name: string; ratios: readonly number[] }

const [CELL_WIDTH, CELL_HEIGHT, LEFT, TOP] = [64, 20, 240, 96]

export function heatMap(title: string, columns: readonly string[], rows: readonly HeatRow[]): string {
  const width = LEFT + columns.length * CELL_WIDTH + 12
  const height = TOP + rows.length * CELL_HEIGHT + 12
  const heads = columns.map((name, index) => {
    const x = LEFT + index * CELL_WIDTH + CELL_WIDTH / 2
    return `<text transform="translate(${x - 4} ${TOP - 8}) rotate(-35)" ${name === 'flow' ? 'font-weight="700"' : ''}>${name}</text>`
  })
  const cells = rows.flatMap(({ name, ratios }, row) => {
    const y = TOP + row * CELL_HEIGHT
    return [
      `<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>`,
      ...ratios.map((ratio, column) => `<rect x="${LEFT + column * CELL_WIDTH}" y="${y}" width="${CELL_WIDTH - 1}" height="${CELL_HEIGHT - 1}" fill="${colourOf(ratio)}"/><text x="${LEFT + column * CELL_WIDTH + CELL_WIDTH / 2}" y="${y + 14}" text-anchor="middle" fill="#111">${ratio.toFixed(2)}</text>`),
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#222">`,
    `<rect width="100%" height="100%" fill="#fff"/>`, `<text x="12" y="20" font-size="13" font-weight="600">${escaped(title)}</text>`,
    ...heads, ...cells, '</svg>', '',
  ].join('\n')
}

/** On a scale of factors: a tenth is as far from one as ten. */
function colourOf(ratio: number): string {
  const heat = Math.max(-1, Math.min(1, Math.log(ratio) / Math.log(5)))
  return heat < 0 ? `hsl(150 ${Math.round(60 * -heat) + 10}% ${Math.round(92 + 30 * heat)}%)` : `hsl(8 ${Math.round(70 * heat) + 8}% ${Math.round(94 - 30 * heat)}%)`
}

const escaped = (text: string): string => text.replace(/[<>&]/g, (char) => `&#${char.charCodeAt(0)};`)
