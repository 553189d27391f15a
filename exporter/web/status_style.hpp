// The status page's style sheet, inlined because the page loads nothing. Text contrast is 4.5:1 or
// better in both colour schemes (WCAG AA); below 68rem the tables become cards.
#pragma once

#include <string_view>

namespace wolkvox::web {

inline constexpr std::string_view status_style = R"css(
:root{color-scheme:light dark;--back:#f4f6f8;--card:#fff;--text:#1b1f24;--quiet:#545d68;--line:#d5dbe1;
--link:#0550ae;--bar:#3b76c4;--ok:#11632a;--ok-back:#dcf5e3;--failing:#a0111f;--failing-back:#ffe9e7;
--late:#744600;--late-back:#fff1c7;--busy:#0b4f9e;--busy-back:#e0f0ff;--off:#545d68;--off-back:#e9edf1}
@media (prefers-color-scheme:dark){:root{--back:#0e1217;--card:#171c23;--text:#e6eaef;--quiet:#a3adb8;
--line:#303842;--link:#7fb8ff;--bar:#5b97e5;--ok:#7fe0a0;--ok-back:#12301d;--failing:#ffa39b;
--failing-back:#401719;--late:#f3cb66;--late-back:#362a0c;--busy:#9ccbff;--busy-back:#12294a;--off:#a3adb8;
--off-back:#262d36}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:0.9375rem/1.45 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:78rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.25rem;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;
justify-content:space-between}
h1{font-size:1.25rem;margin:0}
h2{font-size:1.0625rem;margin:0}
a{color:var(--link)}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:0 1.1rem;margin:0;padding:0}
nav a{display:inline-block;padding:.35rem 0}
.quiet,small{color:var(--quiet);font-size:.8125rem}
.summary{margin:1rem 0;padding:.9rem 1.1rem;border-radius:.5rem;border-left:.4rem solid currentColor}
.summary strong{font-size:1.125rem}
.summary ul{margin:.5rem 0 0;padding:0;list-style:none;color:var(--text)}
.summary li{padding:.3rem 0}
.ok{color:var(--ok);background:var(--ok-back)}
.failing{color:var(--failing);background:var(--failing-back)}
.late{color:var(--late);background:var(--late-back)}
.busy{color:var(--busy);background:var(--busy-back)}
.off{color:var(--off);background:var(--off-back)}
.operation{background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:1rem 0;
padding:1rem 1.1rem .5rem}
.title{display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline}
.budget{margin:.6rem 0 .2rem;max-width:38rem}
.mark{padding:.05rem .5rem;border-radius:.35rem}
.bar{height:.5rem;border:1px solid var(--quiet);border-radius:.25rem;margin-top:.25rem;overflow:hidden}
.bar div{height:100%;background:var(--bar)}
table{width:100%;table-layout:fixed;border-collapse:collapse;margin-top:.5rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;font-weight:400}
thead th{color:var(--quiet);font-size:.8125rem;border-bottom:1px solid var(--line)}
thead th:nth-child(1){width:15%}
thead th:nth-child(n+2){width:13%}
thead th:nth-child(n+6){width:10%}
thead th:nth-child(n+8){width:7%}
tbody+tbody{border-top:1px solid var(--line)}
tbody th{font-weight:600}
td small{display:block}
.note td{padding:0 0 .6rem}
.note div{padding:.4rem .7rem;border-radius:.35rem}
.state{display:inline-block;white-space:nowrap;border-radius:1rem;padding:.05rem .65rem;font-weight:600;
font-size:.8125rem}
footer{padding-bottom:2rem}
@media (max-width:68rem){
table,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody{padding:.6rem 0}
tbody tr:first-child{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.45rem 1rem}
th,td{padding:0}
tbody th{font-size:1rem;grid-column:1/-2}
td[data-label]::before{content:attr(data-label);display:block;color:var(--quiet);font-size:.8125rem}
td.none{display:none}
td.badge{grid-column:-2/-1;justify-self:end}
.note td{padding:.55rem 0 0}
}
)css";

}  // namespace wolkvox::web
