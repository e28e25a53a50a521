export { type Block, type Mark, type Page, renderPage, type Row, type Screen, type Verdict } from './page.ts'
export { type ColourStream, hasColours, paintFor } from './paint.ts'
export { guarded, hasUnprintable, printable, printableJson } from './printable.ts'
