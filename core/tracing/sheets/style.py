"""How the HTML sheet looks: the window's colours, light and dark, and on paper."""

STYLE = """
:root { color-scheme: light dark; --ground: #FFFFFF; --raised: #F3F4F6; --line: #DADDE3; --text: #1B1F27;
  --second: #505968; --accent: #5A48DB; --forward: #23793A; --backward: #AE1F92; --slip: #FFF0B3; --edge: #D9B93C; }
@media screen and (prefers-color-scheme: dark) { :root { --ground: #16181D; --raised: #20242B; --line: #2C313A;
  --text: #E7EAEF; --second: #A9B1BD; --accent: #8B7CFF; --forward: #7BD88F; --backward: #F58AE0; --slip: #4A4215;
  --edge: #D9B93C; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 Inter, "Noto Sans", system-ui,
  sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
header > p:first-child { margin: 0; color: var(--second); }
h1 { margin: 0 0 1rem; font-size: 1.7rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 1rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); font-size: 1.25rem; }
h2.forward { border-color: var(--forward); } h2.backward { border-color: var(--backward); }
h2.update { border-color: var(--accent); }
h3 { margin: 0 0 .6rem; font-size: 1.05rem; } h4 { margin: 1rem 0 .3rem; font-weight: 400; color: var(--second); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: 0; }
dt { color: var(--second); } dd { margin: 0; }
nav ol { columns: 3 14rem; column-gap: 2.2rem; margin: 1.5rem 0 0; padding: 1rem 1rem 1rem 2.6rem; border-radius: 6px;
  background: var(--raised); font-size: .9rem; } a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
section { overflow-x: auto; margin: 0 0 1.6rem; padding: .9rem 0 0 1rem; border-left: 3px solid var(--line); }
section.forward { border-color: var(--forward); } section.backward { border-color: var(--backward); }
section.update { border-color: var(--accent); }
.general { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem 2.5rem; padding: .5rem .9rem;
  border-radius: 6px; background: var(--raised); } .general p { margin: .2rem 0; }
.slip { margin: .6rem 0; padding: .5rem .9rem; border-left: 3px solid var(--edge); background: var(--slip); }
.note { color: var(--second); }
.given { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin: 0; padding: 0; list-style: none; }
table { border-collapse: collapse; margin: .4rem 0; } th { padding: .12rem .4rem .12rem 0; text-align: right;
  font-weight: 400; vertical-align: baseline; white-space: nowrap; } td { padding: .12rem 0; vertical-align: baseline; }
tbody tr:last-child > * { padding-bottom: .65rem; } .result td { font-weight: 600; }
math { font-size: 1.1em; } .forward > mn, mrow.forward { color: var(--forward); }
mrow.backward { color: var(--backward); }
@media print { body { font-size: 10.5pt; } section { overflow: visible; }
  td, .general p { font-size: calc(1em * var(--fit, 1)); } main { max-width: none; padding: 0; } nav { display: none; }
  tbody, h2, h3, .general, .slip { break-inside: avoid; } h2, h3, h4 { break-after: avoid; }
  .general, .slip { border: 1px solid var(--line); } @page { margin: 18mm; } }
"""
