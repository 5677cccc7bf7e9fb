// The dialog: what a number is made of, and for one fact the article with the figure highlighted, and why.
const dialog = document.getElementById("evidence");
const body = document.getElementById("evidence-body");
const title = document.getElementById("evidence-title");
let before = [];
let turn = 0;
const show = (draw, { keep = false } = {}) => {
  if (!keep) before = [];
  before.push(draw);
  redraw();
};
const redraw = () => {
  document.getElementById("evidence-back").hidden = before.length < 2;
  if (!dialog.open) dialog.showModal();
  before.at(-1)();
  body.scrollTop = 0;
  title.focus();
};
const openNumber = (facts, name) => (facts.length === 1 ? openFacts(facts, name) : show(() => {
  title.textContent = t("listOf", shown(name), facts.length);
  const counted = facts.every((fact) => metricUnit(fact) === metricUnit(facts[0]) && col.is_counted[fact]);
  const unit = text("unit", facts[0]);
  const sums = counted ? summed(facts) : null;
  fill(body, sums ? el("p", { class: "headline-value" }, withUnit(sums.total, unit)) : null, sums ? el("p", { class: "soft" }, rangeWords(sums, unit)) : null, ...factTable(facts.slice().sort((a, b) => (value(a) < value(b) ? 1 : value(a) > value(b) ? -1 : a - b)), 25));
}));
const openFacts = ([fact], name) => show(() => drawEvidence(fact), { keep: dialog.open && name === null });
const openArticle = (article) => show(() => drawArticle(article, null));

const wordsOf = (fact) => {
  const unit = text("unit", fact);
  const amount = (scaled) => withUnit(scaled, unit);
  const approximation = text("approximation", fact);
  if (approximation === "exact") return t("wExact", amount(value(fact)));
  if (approximation === "about") return t("wAbout", amount(value(fact)), amount(low(fact)), high(fact) === null ? "…" : amount(high(fact)));
  if (approximation === "at_most") return t("wAtMost", amount(value(fact)), amount(low(fact)));
  return high(fact) === null ? t("wAtLeastOpen", amount(low(fact))) : t("wAtLeast", amount(low(fact)), amount(high(fact)));
};
const because = (held, step) => (held && step ? el("span", { class: "small soft" }, ` — ${t(`s_${step}`)}`) : null);
const drawEvidence = (fact) => {
  const metric = text("metric", fact);
  const aspect = text("aspect", fact);
  title.textContent = `${metricName(metric)}${aspect === "level" ? "" : ` · ${t(`a_${aspect}`)}`}`;
  writeAddress(fact);
  const place = (side) => { const code = text(side, fact); return el("span", {}, code ? quoted(placeName(code)) : el("span", { class: "soft" }, t("notStated")), code ? el("span", { class: "small soft" }, ` ${code}`) : null, because(code, text(`${side}_step`, fact))); };
  const period = periodOf(fact);
  const meaning = ledger.metrics[metric];
  const named = (name) => (text(name, fact) ? quoted(text(name, fact)) : null);
  const pairs = [
    [t("printed"), quoted(text("figure", fact), "strong")], [t("interval"), el("span", { id: "evidence-words" }, wordsOf(fact))],
    [t("donor"), place("donor")], [t("recipient"), place("recipient")], [t("organisation"), named("organisation")], [t("programme"), named("programme")], [t("qualifier"), named("qualifier")],
    [t("period"), period ? el("span", {}, period, because(period, text("period_step", fact))) : el("span", { class: "soft" }, t("undated"))],
    [t("status"), el("span", {}, t(text("status", fact)), ` · ${t(col.is_counted[fact] ? "counted" : "notCounted")} `, badges(fact))],
    [t("mentions"), t("mentionsIn", col.mentions[fact], col.articles[fact])], [t("rule"), el("code", {}, text("rule_code", fact))],
    [t("counts"), told(meaning.counts_zh, meaning.counts, "small")], [t("excludes"), meaning.excludes ? told(meaning.excludes_zh, meaning.excludes, "small") : null],
  ].filter(([, content]) => content !== null);
  const held = el("div", { class: "article" });
  fill(body, el("p", { class: "headline-value" }, factAmount(fact)), marked(text("sentence", fact), text("figure", fact), col.char_start[fact] - col.sentence_start[fact]), el("p", {}, el("button", { type: "button", class: "jump", on: { click: () => document.getElementById("evidence-mark")?.scrollIntoView({ block: "center" }) } }, t("toArticle"))), el("dl", { class: "why" }, pairs.map(([word, content]) => [el("dt", {}, word), el("dd", {}, content)])), held);
  fillArticle(held, col.article[fact], fact);
};
const drawArticle = (article, fact) => {
  title.textContent = shown(ledger.articles.headline[article] ?? t("noHeadline"));
  const held = el("div", {});
  fill(body, held);
  fillArticle(held, article, fact);
};
const fillArticle = async (held, article, fact) => {
  turn += 1;
  const mine = turn;
  const outlet = ledger.articles.outlet[article];
  const others = storyArticles.get(ledger.articles.story[article]).filter((each) => each !== article);
  const letters = el("div", { class: "text data", lang: "zh" }, t("opening"));
  fill(held, el("h3", {}, quoted(ledger.articles.headline[article] ?? t("noHeadline"))),
    el("p", { class: "small soft" }, ledger.articles.published_on[article] ?? t("undated"), outlet ? " · " : null, outlet ? quoted(outlet) : null, " · ", quoted(ledger.articles.document[article])),
    others.length ? el("p", { class: "small soft" }, `${t("alsoIn")}: `, others.slice(0, 8).map((each, place) => [place ? "、" : null, quoted(ledger.articles.document[each])])) : null, letters);
  const whole = await articleText(article);
  if (mine !== turn) return;
  fill(letters, spans(whole, article, fact));
};
// The text cut at its figures: the one asked for marked, the others as buttons.
const spans = (whole, article, fact) => {
  const characters = Array.from(shown(whole));
  const cut = (from, to) => characters.slice(from, to).join("");
  const figures = (articleFacts.get(article) ?? []).slice().sort((a, b) => col.char_start[a] - col.char_start[b] || (a === fact ? -1 : 1));
  const pieces = [];
  let at = 0;
  for (const each of figures) {
    const [start, end] = [col.char_start[each], col.char_end[each]];
    const isAsked = fact !== null && start === col.char_start[fact] && end === col.char_end[fact];
    if (start < at) continue;
    pieces.push(cut(at, start));
    pieces.push(isAsked ? el("mark", { id: "evidence-mark" }, cut(start, end)) : el("button", { type: "button", title: t("otherFigure", metricName(text("metric", each)), factAmount(each)), on: { click: () => show(() => drawEvidence(each), { keep: true }) } }, cut(start, end)));
    at = end;
  }
  pieces.push(cut(at, characters.length));
  return pieces;
};
document.getElementById("evidence-close").addEventListener("click", () => dialog.close());
document.getElementById("evidence-back").addEventListener("click", () => { before.pop(); redraw(); });
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("close", () => { before = []; turn += 1; writeAddress(); });
