/** Three significant figures or so: more would be noise. */
export function formatFigure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}

/** Two decimals, since that is where ratios are compared; more where they would hide the figure. */
export function formatRatio(value: number): string {
  if (value < 0.1) return value.toFixed(3)
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
