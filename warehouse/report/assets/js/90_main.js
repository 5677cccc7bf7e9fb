// Drawing the page, and answering to its controls.
const root = document.documentElement;
const THEMES = ["auto", "light", "dark"];
const remember = (name, chosen_) => { try { localStorage.setItem(`aidledger-${name}`, chosen_); } catch { /* a file may have no storage */ } };
const remembered = (name) => { try { return localStorage.getItem(`aidledger-${name}`); } catch { return null; } };

const drawFound = () => {
  const key = isFiltered() ? "foundOf" : "found";
  document.getElementById("found").textContent = t(key, ...[matching.length, storiesOf(matching), SIZE].map((number) => grouped(BigInt(number) * SCALE)));
};
const answer = () => {
  const began = performance.now();
  select();
  drawFound(); drawTotals(); drawFlows(); drawTrends(); drawYears(); drawScorecard(); drawArticles(); drawList(); drawContradictions();
  root.dataset.answered = (performance.now() - began).toFixed(1);
  paintCharts();
};
const drawWords = () => {
  root.lang = language ? "en" : "zh-CN";
  document.title = t("title");
  for (const held of document.querySelectorAll("[data-t]")) held.textContent = t(held.dataset.t);
  const button = document.getElementById("language");
  button.textContent = language ? "中文" : "English";
  button.lang = language ? "zh-CN" : "en";
  document.getElementById("theme").textContent = t({ auto: "themeAuto", light: "themeLight", dark: "themeDark" }[root.dataset.theme]);
  const { documents, articles, facts } = ledger.counts;
  const run = ledger.run_at ?? t("noRun");
  document.getElementById("as-of").textContent = t("asOf", `${ledger.generated_at} ${zoneWord(ledger.timezone)}`, run, documents, articles, facts);
  const contents = document.getElementById("contents");
  contents.setAttribute("aria-label", t("contents"));
  fill(contents, el("ul", {}, PARTS.map((id) => el("li", {}, el("a", { href: `#${id}`, on: { click: (event) => { event.preventDefault(); document.getElementById(id).scrollIntoView(); document.querySelector(`#${id} > h2`)?.focus({ preventScroll: true }); } } }, t(id))))));
  fill(document.getElementById("footer"), el("p", {}, t("footer1")), el("p", {}, t("footer2")));
};
const drawAll = () => {
  drawWords();
  drawFilters();
  answer();
  drawChanges();
  drawState();
};
const later = (act, wait) => { let timer = 0; return () => { clearTimeout(timer); timer = setTimeout(act, wait); }; };

fill(document.getElementById("main"), PARTS.map((id) => el("section", { id, class: `part${HALVES.has(id) ? " half" : ""}`, "aria-labelledby": `${id}-title` })));
root.dataset.theme = THEMES.includes(remembered("theme")) ? remembered("theme") : "auto";
if (remembered("language") === "en") language = 1;
const asked = readAddress();
drawAll();
for (const id of PARTS) document.getElementById(id).addEventListener("toggle", (event) => { if (event.target.open) openTables.add(id); else openTables.delete(id); }, true);

const ask = () => { readFilters(); allTiles = false; answer(); writeAddress(); };
const form = document.getElementById("filter-form");
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", ask);
document.getElementById("filter-text").addEventListener("input", later(ask, 60));
form.addEventListener("reset", (event) => { event.preventDefault(); Object.assign(filter, EMPTY); drawFilters(); answer(); writeAddress(); });
document.getElementById("more-filters").addEventListener("click", (event) => {
  const open = document.getElementById("filter-fields").classList.toggle("open");
  event.currentTarget.setAttribute("aria-expanded", String(open));
});
document.getElementById("language").addEventListener("click", () => { language = 1 - language; remember("language", language ? "en" : "zh"); drawAll(); writeAddress(); });
document.getElementById("theme").addEventListener("click", () => {
  root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
  remember("theme", root.dataset.theme);
  drawWords();
  paintCharts();
});
document.getElementById("print").addEventListener("click", () => window.print());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintCharts);
let width = innerWidth;
window.addEventListener("resize", later(() => { if (width !== innerWidth) { width = innerWidth; paintCharts(); } }, 150));
window.addEventListener("hashchange", () => { const fact = readAddress(); drawFilters(); answer(); if (fact !== null) openFacts([fact], ""); });
if (asked !== null) openFacts([asked], "");
root.dataset.ready = "yes";
