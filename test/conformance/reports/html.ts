import type { AttackResult } from '../attack-results.ts'
import { grouped } from '../grouped.ts'
import type { JudgedRequirement, Outcome } from '../judgement.ts'
import type { TestResult } from '../results.ts'
import { countOutcomes, expectedAnswer, type Report, summary } from './report.ts'
import { style } from './style.ts'

const labels = {
  passed: 'proven',
  failed: 'failed',
  skipped: 'not run',
  missing: 'without a test',
  later: 'for later',
} as const satisfies Record<Outcome, string>

/** The report as one page that needs nothing else: no script, no font, no network. */
export function formatHtml(report: Report): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sallyport: conformance</title>
<style>${style}</style>
<header>
<h1>Sallyport: conformance</h1>
<p>${escape(summary(report))}.</p>
${bar(report)}
<nav><a href="#sections">Sections</a> <a href="#requirements">Requirements</a> <a href="#attacks">Attacks</a></nav>
</header>
<main>
${problems(report)}
<h2 id="sections">Sections of the standards</h2>
${matrix(report)}
<h2 id="requirements">Requirements, and the tests that prove them</h2>
${report.requirements.map(requirement).join('\n')}
<h2 id="attacks">Attacks</h2>
<p>Each is made against every framework over a raw socket, and against the verifier alone where it needs no HTTP; a good
request has to pass after it.</p>
${attacks(report)}
</main>
<footer>Generated, not written: ${escape(report.made)}.</footer>
</html>
`
}

function bar(report: Report): string {
  const counts = Object.entries(countOutcomes(report)) as [Outcome, number][]
  const shown = counts.filter(([, count]) => count > 0)
  const parts = shown.map(([outcome, count]) => `<span class="${outcome}" style="flex:${count}">${count}</span>`)
  const legend = shown.map(([outcome, count]) => `<span>${badge(outcome)} ${count}</span>`)
  return `<div class="bar">${parts.join('')}</div><p class="legend">${legend.join(' ')}</p>`
}

function badge(outcome: Outcome, label: string = labels[outcome]): string {
  return `<span class="badge ${outcome}">${label}</span>`
}

function problems({ problems: texts }: Report): string {
  if (texts.length === 0) return ''
  return `<h2>Not good</h2><ul class="problems">${texts.map((text) => `<li>${escape(text)}`).join('')}</ul>`
}

function matrix({ sections }: Report): string {
  const byStandard = grouped(sections, ({ standard }) => standard)
  return Array.from(byStandard, ([standard, own]) => {
    const rows = own.flatMap(({ section, requirements }) =>
      requirements.map(
        ({ requirement: { id, title }, tests, outcome }, index) =>
          `<tr><th scope="row">${index === 0 ? escape(section) : ''}<td><a href="#${id}">${id}</a><td>${escape(title)}` +
          `<td class="number">${tests.length}<td>${badge(outcome)}`,
      ),
    )
    return table('matrix', standard, ['Section', 'Id', 'What is promised', 'Tests', 'Result'], rows)
  }).join('\n')
}

function requirement({ requirement: { id, title, sources, later }, tests, outcome }: JudgedRequirement): string {
  const why = later === undefined ? '' : `<p>For later: ${escape(later)}.`
  const files = Array.from(
    grouped(tests, ({ file }) => file),
    ([file, own]) => `<p><code>${escape(file)}</code><ul>${own.map(testItem).join('')}</ul>`,
  )
  return (
    `<details id="${id}"><summary>${badge(outcome)} <b>${id}</b> ${escape(title)} <small>${tests.length}</small></summary>` +
    `<p>${sources.map(escape).join(', ')}${why}${files.join('')}</details>`
  )
}

function testItem({ name, outcome }: TestResult): string {
  return `<li class="${outcome}">${escape(name)}`
}

function attacks({ attacks: results }: Report): string {
  const byGroup = grouped(results, ({ group }) => group)
  return Array.from(byGroup, ([group, own]) =>
    table('attacks', group, ['Attack', 'The attacker', 'Source', 'Answer', 'Tests', 'Result'], own.map(attackRow)),
  ).join('\n')
}

function attackRow(result: AttackResult): string {
  const { name, attacker, source } = result.attack
  const answer = `<code>${escape(expectedAnswer(result))}</code>`
  return (
    `<tr><td>${escape(name)}<td>${escape(attacker)}<td>${escape(source)}<td>${answer}` +
    `<td class="number">${result.tests.length}<td>${badge(result.outcome, result.outcome === 'passed' ? 'right' : undefined)}`
  )
}

function table(
  kind: 'matrix' | 'attacks',
  caption: string,
  columns: readonly string[],
  rows: readonly string[],
): string {
  const head = columns.map((column) => `<th scope="col">${column}`).join('')
  return `<div class="scroll"><table class="${kind}"><caption>${escape(caption)}</caption><thead><tr>${head}<tbody>${rows.join('')}</table></div>`
}

/** Titles of tests hold markup and control characters on purpose. */
function escape(text: string): string {
  return text.replace(/[&<>"'\p{Cc}]/gu, (character) => entities[character] ?? '�')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
