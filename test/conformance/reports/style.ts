/** How the page looks: readable without colours, in light and dark. */
export const style = `
:root { color-scheme: light dark; --good: #1a7f4b; --bad: #c4314b; --later: #6b7280; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { margin: .5rem 0; } h2 { margin: 2.5rem 0 .5rem; border-bottom: 2px solid var(--line); }
nav a { margin-right: 1rem; }
.bar { display: flex; height: 1.8rem; border-radius: .4rem; overflow: hidden; color: #fff; font-weight: 600; }
.bar span { min-width: 2rem; text-align: center; line-height: 1.8rem; }
.legend span { margin-right: .75rem; }
.bar .passed, .badge.passed { background: var(--good); }
.bar .failed, .bar .skipped, .bar .missing, .badge.failed, .badge.skipped, .badge.missing { background: var(--bad); }
.bar .later, .badge.later { background: var(--later); }
.badge { color: #fff; border-radius: .3rem; padding: .1rem .45rem; font-size: .8rem; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 50rem; margin: 1rem 0; }
caption { text-align: left; font-weight: 700; font-size: 1.05rem; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--later); font-size: .85rem; }
.matrix th:nth-child(1), .matrix th:nth-child(2), .matrix th:nth-child(5) { width: 7rem; }
.matrix th:nth-child(4), .attacks th:nth-child(5) { width: 3rem; text-align: right; } .number { text-align: right; }
.attacks th:nth-child(3) { width: 14rem; } .attacks th:nth-child(4) { width: 9rem; } .attacks th:nth-child(6) { width: 6.5rem; }
details { border-top: 1px solid var(--line); padding: .35rem 0; } summary { cursor: pointer; }
small { color: var(--later); } code { font-size: .85em; overflow-wrap: anywhere; }
li { overflow-wrap: anywhere; } li.passed::marker { color: var(--good); content: '✓ '; }
li.failed::marker { color: var(--bad); content: '✗ '; } li.skipped::marker { content: '– '; }
.problems { color: var(--bad); font-weight: 600; }
footer { margin-top: 3rem; color: var(--later); }
`
