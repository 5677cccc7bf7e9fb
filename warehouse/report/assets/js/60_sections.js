// The other sections: scorecard, articles, facts, contradictions, what is new, quality.
const PARTS = ["totals", "flows", "trends", "byYear", "scorecard", "articles", "list", "contradictions", "changes", "state"];
const HALVES = new Set(["flows", "trends"]);
const part = (id, note, ...content) => fill(document.getElementById(id), el("h2", { id: `${id}-title`, tabindex: "-1" }, t(id)), note ? el("p", { class: "note" }, note) : null, ...content);

let programmeShown = null;
const CARD_METRICS = 7;
const drawScorecard = () => {
  const groups = groupBy(matching, (fact) => text("channel", fact) ?? "");
  const channels = [...groups].sort((a, b) => storiesOf(b[1]) - storiesOf(a[1]) || b[1].length - a[1].length).map(([channel]) => channel);
  if (!channels.length) { part("scorecard", t("scorecardNote"), el("p", { class: "soft" }, t("none"))); return; }
  if (!groups.has(programmeShown)) programmeShown = channels[0];
  const name = (channel) => channel || t("notStated");
  const cards = channels.map((channel) => {
    const facts = groups.get(channel);
    const totals = summable(facts).slice(0, 4).map((key) => { const held = within(facts, key); const sums = summed(held); return el("li", {}, `${measureName(key)} `, numberButton(brief(sums.total), held, `${name(channel)} ${measureName(key)}`, { exact: written(sums.total, key) })); });
    const places = (side) => new Set(facts.filter((fact) => col[side][fact] >= 0).map((fact) => col[side][fact])).size;
    return el("div", { class: "card", "data-programme": channel }, el("h3", {}, el("button", { type: "button", "aria-pressed": String(channel === programmeShown), on: { click: () => { programmeShown = channel; drawScorecard(); document.querySelector("#scorecard [aria-pressed=true]")?.focus(); } } }, channel ? quoted(channel) : name(channel))),
      el("p", { class: "small soft" }, t("reach", places("donor"), places("recipient"), storiesOf(facts))), el("ul", { class: "small" }, totals));
  });
  part("scorecard", t("scorecardNote"), el("div", { class: "cards narrow" }, cards), scorecardTable(groups.get(programmeShown), name(programmeShown)), growthOf(groups.get(programmeShown), name(programmeShown)));
};
const scorecardTable = (facts, programme) => {
  const metrics = summable(facts).slice(0, CARD_METRICS);
  if (!metrics.length) return null;
  const pairs = [...groupBy(countedOf(facts), (fact) => `${text("donor", fact) ?? ""}|${text("recipient", fact) ?? ""}`)].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const place = (code) => (code ? quoted(placeName(code)) : el("span", { class: "soft" }, t("notStated")));
  const row = ([key, held]) => {
    const [donor, recipient] = key.split("|");
    const cells = groupBy(held, metricUnit);
    return el("tr", {}, el("th", { scope: "row", class: "p" }, place(donor), " → ", place(recipient)), metrics.map((metric) => {
      const own = cells.get(metric);
      if (!own) return cell("–", "empty");
      const exact = written(summed(own).total, metric);
      return cell(numberButton(brief(summed(own).total), own, `${placeName(donor) || t("notStated")} → ${placeName(recipient) || t("notStated")} ${measureName(metric)}`, { exact, spoken: `${measureName(metric)} ${exact}` }), "n");
    }), cell(numberButton(String(held.length), held, `${placeName(donor) || t("notStated")} → ${placeName(recipient) || t("notStated")}`), "n"));
  };
  const holder = el("tbody");
  const more = growing(pairs, 12, row, holder);
  const held = table([[t("fromTo")], ...metrics.map((key) => [measureName(key), "n"]), [t("allFacts"), "n"]], [], { caption: programme });
  held.querySelector("tbody").replaceWith(holder);
  return el("div", {}, held, more);
};
const growthOf = (facts, programme) => {
  const moved = facts.filter((fact) => text("aspect", fact) !== "level");
  if (!moved.length) return null;
  const holder = el("ul", { class: "chips" });
  const draw = (fact) => el("li", {}, el("span", { class: "soft" }, `${metricName(text("metric", fact))} `), factButton(fact), " ", el("span", { class: "soft" }, t(`a_${text("aspect", fact)}`)));
  const more = growing(moved, 16, draw, holder);
  return el("details", { class: "as-table" }, el("summary", {}, `${programme}: ${t("growth")} (${moved.length})`), holder, more);
};

const drawArticles = () => {
  const wanted = isFiltered() ? new Set(matching.map((fact) => col.article[fact])) : null;
  const found = ledger.articles.key.map((_, article) => article).filter((article) => (wanted ? wanted.has(article) : ledger.articles.kind[article] === "news" && articleFacts.has(article)));
  const holder = el("div", { class: "cards" });
  const draw = (article) => {
    const facts = articleFacts.get(article) ?? [];
    const headline = ledger.articles.headline[article];
    const tellers = storyArticles.get(ledger.articles.story[article]).length;
    const outlet = ledger.articles.outlet[article];
    return el("article", { class: "card" },
      el("h3", {}, el("button", { type: "button", on: { click: () => openArticle(article) } }, headline ? quoted(headline) : [t("noHeadline"), " ", quoted(ledger.articles.document[article], "span", "small soft")])),
      el("p", { class: "small soft" }, el("span", {}, ledger.articles.published_on[article] ?? t("undated")), outlet ? " · " : null, outlet ? quoted(outlet) : null, ` · ${t("factsIn", facts.length)}`, tellers > 1 ? ` · ${t("repostOf", tellers)}` : null, newRuns.has(ledger.articles.run_key[article]) ? el("span", { class: "badge" }, t("isNew")) : null),
      el("ul", { class: "chips" }, facts.slice(0, 4).map((fact) => el("li", {}, el("span", { class: "soft" }, `${metricName(text("metric", fact))} `), factButton(fact)))));
  };
  const more = growing(found, 6, draw, holder);
  part("articles", null, found.length ? holder : el("p", { class: "soft" }, t("none")), more);
};

const factRow = (fact) => el("tr", {}, el("th", { scope: "row" }, metricName(text("metric", fact)), text("aspect", fact) === "level" ? null : el("span", { class: "small soft" }, ` ${t(`a_${text("aspect", fact)}`)}`)),
  cell(factButton(fact), "n"), cell(direction(fact), "ends"), cell(el("span", { class: "small soft" }, periodOf(fact) ?? whenOf[fact] ?? t("undated")), "when"),
  cell(marked(text("sentence", fact), text("figure", fact), col.char_start[fact] - col.sentence_start[fact], AROUND), "full"), cell(badges(fact), "notes"));
const factTable = (facts, step) => {
  const holder = el("tbody");
  const more = growing(facts, step, factRow, holder);
  const held = table([[t("metric")], [t("figure"), "n"], [t("fromTo")], [t("period")], [t("sentence")], [t("notes")]], [], { label: `${t("metric")}, ${t("figure")}, ${t("sentence")}`, stack: true });
  held.querySelector("tbody").replaceWith(holder);
  return [held, more];
};
const drawList = () => part("list", null, ...(matching.length ? factTable(matching, 15) : [el("p", { class: "soft" }, t("none"))]));

// A sentence with its figure highlighted; a long one is cut to `around` characters on each side. Offsets count code points.
const AROUND = 48;
const marked = (sentence, figure, at, around = Infinity) => {
  const characters = Array.from(shown(sentence));
  const printed = Array.from(shown(figure));
  let start = at;
  if (start === null || start < 0 || characters.slice(start, start + printed.length).join("") !== printed.join("")) {
    const found = shown(sentence).indexOf(shown(figure));
    start = found < 0 ? -1 : Array.from(shown(sentence).slice(0, found)).length;
  }
  const made = quoted("", "span", "quote");
  if (start < 0) made.textContent = characters.join("");
  else {
    const end = start + printed.length;
    const [from, to] = [Math.max(0, start - around), Math.min(characters.length, end + around)];
    made.append((from > 0 ? "…" : "") + characters.slice(from, start).join(""), el("mark", {}, printed.join("")), characters.slice(end, to).join("") + (to < characters.length ? "…" : ""));
  }
  return made;
};
const drawContradictions = () => {
  const wanted = isFiltered() ? new Set(matching) : null;
  const pairs = ledger.contradictions.filter((pair) => !wanted || wanted.has(pair.first_fact) || wanted.has(pair.second_fact));
  const opening = (fact, word) => (fact >= 0 ? el("button", { type: "button", class: "num", on: { click: () => openFacts([fact], null) } }, word) : el("span", {}, word));
  // A total against its parts: what they make together, and each of them.
  const together = (pair) => {
    const total = pair.parts.reduce((sum, each) => sum + toScaled(each.value), 0n);
    return [el("p", { class: "tile-value" }, withUnit(total, pair.unit)), el("p", {}, pair.parts.map((each, place) => [place ? " + " : "= ", opening(each.fact, grouped(toScaled(each.value)))]))];
  };
  const side = (pair, which) => {
    const fact = pair[`${which}_fact`];
    const amount = withUnit(toScaled(pair[`${which}_value`]), pair.unit);
    return el("div", {}, which === "second" && pair.parts.length ? together(pair) : el("p", { class: "tile-value" }, opening(fact, amount)),
      marked(pair[`${which}_sentence`], pair[`${which}_figure`] ?? "", pair[`${which}_at`]), el("p", { class: "small soft" }, quoted(pair[`${which}_document`])));
  };
  const holder = el("div", { class: "pairs" });
  const draw = (pair) => el("article", { class: "pair" }, el("h3", {}, pair.metric ? metricName(pair.metric) : pair.check_name, pair.recipient ? el("span", { class: "soft" }, " · ", quoted(pair.recipient)) : null, " ", el("span", { class: "badge bad" }, t(pair.same_article ? "sameArticle" : "twoArticles")), newRuns.has(pair.first_run_key) ? el("span", { class: "badge" }, t("isNew")) : null),
    el("p", { class: "small soft" }, told(pair.message_zh, pair.message)), el("div", { class: "sides" }, side(pair, "first"), side(pair, "second")));
  const more = growing(pairs, 6, draw, holder);
  part("contradictions", t("contradictionsNote"), pairs.length ? holder : el("p", { class: "soft" }, t("noContradictions")), more);
};

const drawChanges = () => {
  const changes = ledger.changes;
  if (!changes) { part("changes", null, el("p", { class: "soft" }, t("firstReport"))); return; }
  const facts = col.key.map((_, fact) => fact).filter((fact) => newRuns.has(text("run_key", fact)));
  const articles = ledger.articles.run_key.filter((run) => newRuns.has(run)).length;
  const conflicts = ledger.contradictions.filter((pair) => newRuns.has(pair.first_run_key)).length;
  const rows = [[t("newArticles"), String(articles)], [t("newFacts"), facts.length ? numberButton(String(facts.length), facts, t("newFacts")) : "0"], [t("newConflicts"), String(conflicts)], [t("goneConflicts"), String(changes.gone)],
    ...["added", "removed", "changed"].filter((kind) => changes.backfilled[kind]).map((kind) => [t(kind), String(changes.backfilled[kind])])];
  part("changes", t("sinceRun", changes.since_at, changes.runs.length), el("table", {}, el("tbody", {}, rows.map(([word, number]) => el("tr", {}, el("th", { scope: "row" }, word), cell(number, "n"))))));
};

const drawState = () => {
  const { checks, coverage, reading, unread, unread_total, unknown, unknown_total, corrections } = ledger.quality;
  const kinds = [["facts", "c-fact", "cFact"], ["ignored", "c-ignored", "cIgnored"], ["unknown", "c-unknown", "cUnknown"], ["set_aside", "c-aside", "cAside"]].filter(([name]) => coverage[name] > 0);
  const bar = el("div", { class: "bar", "aria-hidden": "true" }, kinds.map(([name, kind]) => { const piece = el("i", { class: kind }); piece.style.flex = `${coverage[name]} 0 0`; return piece; }));
  const legend = el("ul", { class: "legend" }, kinds.map(([name, kind, word]) => el("li", {}, el("i", { class: kind }), `${t(word)} `, el("strong", { class: "num" }, grouped(BigInt(coverage[name]) * SCALE)))));
  const many = (status) => checks.filter((check) => check.status === status).length;
  const failed = checks.filter((check) => check.status === "failed" || check.status === "error");
  const row = (check) => el("tr", {}, el("th", { scope: "row", class: "p code" }, check.check_name.split(/(?<=[_.])/).map((word) => [word, el("wbr")])), cell(el("span", { class: `badge ${check.status === "passed" ? "" : check.status === "not_applicable" ? "" : check.severity === "block" ? "bad" : "warn"}`.trim() }, t(check.status))), cell(t(check.severity)), cell(String(check.offenders), "n"), cell(told(check.reason_zh, check.reason), "full"));
  const heads = [[t("check")], [t("result")], [t("severity")], [t("offenders"), "n"], [t("why")]];
  const remarks = [unread_total ? t("unreadNote", unread_total) : null, reading.damaged ? t("damagedNote", reading.damaged) : null, reading.masked ? t("maskedNote", reading.masked) : null, corrections ? t("correctedNote", corrections) : null].filter(Boolean);
  const fold = (word, content) => el("details", { class: "as-table" }, el("summary", {}, word), content);
  part("state", t("coverageNote", grouped(BigInt(coverage.figures) * SCALE)), bar, legend, el("ul", { class: "legend" }, remarks.map((remark) => el("li", {}, remark))),
    !checks.length ? null : el("p", { class: "note" }, t("checksSaid", many("passed"), failed.length, many("not_applicable"))), failed.length ? table(heads, failed.map(row), { label: t("check"), stack: true }) : null,
    checks.length ? fold(t("allChecks"), table(heads, checks.map(row), { label: t("allChecks"), stack: true })) : null,
    unread.length ? fold(t("unreadNote", unread_total), table([[t("file")], [t("reason")]], unread.map((file) => el("tr", {}, el("th", { scope: "row" }, quoted(file.name)), cell(told(file.reason_zh, file.reason)))), { label: t("file") })) : null,
    unknown.length ? fold(t("unknownList", unknown_total), table([[t("figure")], [t("sentence")], [t("file")]], unknown.map((each) => el("tr", {}, el("th", { scope: "row" }, quoted(each.figure)), cell(marked(each.sentence, each.figure, null)), cell(quoted(each.document, "span", "small soft")))), { label: t("unknownList", unknown_total) })) : null);
};
