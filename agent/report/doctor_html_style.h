// SPDX-License-Identifier: ISC
// How doctor's HTML looks: light, dark, printed, and on a telephone. Each colour of a result has at least 4.5:1 against
// its ground.
#pragma once

#include <string_view>

namespace agent {

inline constexpr std::string_view doctor_style = R"css(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f6f7f9; --line: #d5dae0; --text: #1b1e22; --soft: #565e67; --link: #0b57a4;
  --fault: #b3261e; --risk: #8a4f00; --unknown: #47566f; --note: #47566f; --accepted: #47566f; --ok: #1a6b3a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --panel: #1c2026; --line: #373d46; --text: #e4e7eb; --soft: #a5adb8; --link: #8ab8ff;
    --fault: #ff9389; --risk: #ffbd66; --unknown: #b0bfdc; --note: #b0bfdc; --accepted: #b0bfdc; --ok: #7fdca3;
  }
}
.fault { --colour: var(--fault); }
.risk { --colour: var(--risk); }
.unknown { --colour: var(--unknown); }
.note { --colour: var(--note); }
.accepted { --colour: var(--accepted); }
.ok { --colour: var(--ok); }
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 3rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; overflow-wrap: anywhere;
}
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.125rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
.soft { color: var(--soft); }
.warning { margin: 1rem 0 0; padding: .5rem .75rem; border-left: 4px solid var(--risk); background: var(--panel); }
ul.counts {
  display: grid; grid-template-columns: repeat(6, 1fr); gap: .5rem;
  margin: 1.25rem 0 0; padding: 0; list-style: none;
}
ul.counts li {
  padding: .5rem .75rem; border: 1px solid var(--line); border-top: 4px solid var(--colour); border-radius: 4px;
  background: var(--panel); font-size: .8125rem; line-height: 1.35;
}
ul.counts b { display: block; color: var(--colour); font-size: 1.625rem; line-height: 1.2; }
ul.counts i { display: block; color: var(--text); font-size: .9375rem; font-style: normal; font-weight: 600; }
ul.counts .none { border-top-color: var(--line); }
ul.counts .none b { color: var(--soft); }
details {
  margin: .5rem 0; border: 1px solid var(--line); border-left: 4px solid var(--colour); border-radius: 4px;
  background: var(--panel);
}
summary { padding: .5rem .75rem; cursor: pointer; }
summary b { color: var(--colour); }
summary code { font-weight: 600; }
dl { margin: 0; padding: 0 .75rem .5rem 1.75rem; }
dt { margin-top: .5rem; color: var(--soft); font-size: .8125rem; }
dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.25rem; }
code, pre { font: .875rem/1.5 ui-monospace, "Liberation Mono", Consolas, monospace; }
pre {
  margin: .25rem 0; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--ground);
  white-space: pre-wrap;
}
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
@media screen and (max-width: 56rem) { ul.counts { grid-template-columns: repeat(3, 1fr); } }
@media screen and (max-width: 30rem) { ul.counts { grid-template-columns: repeat(2, 1fr); } }
@media screen and (max-width: 44rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { margin: .5rem 0; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--panel); }
  td { display: grid; grid-template-columns: 6rem 1fr; gap: .5rem; padding: .125rem 0; border: 0; }
  td::before { content: attr(data-heading); color: var(--soft); }
  dl { padding-left: .75rem; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
  ul.counts li, pre, p, li, tr { break-inside: avoid; }
  h2, summary, dt { break-after: avoid; }
  pre, details, ul.counts li { background: none; }
}
)css";

}  // namespace agent
