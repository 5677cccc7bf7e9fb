// Totals of what may be summed, as the scorecard of the warehouse sums it.
const storiesOf = (facts) => new Set(facts.map((fact) => col.story[fact])).size;
const summed = (facts) => {
  let [total, least, most, largest, open] = [0n, 0n, 0n, null, false];
  for (const fact of facts) {
    total += value(fact);
    least += low(fact);
    const top = high(fact);
    if (top === null) open = true; else most += top;
    if (largest === null || value(fact) > largest) largest = value(fact);
  }
  return { total, least, most: open ? null : most, largest };
};
const groupBy = (facts, keyOf) => {
  const groups = new Map();
  for (const fact of facts) {
    const key = keyOf(fact);
    if (key === null) continue;
    const held = groups.get(key);
    if (held) held.push(fact); else groups.set(key, [fact]);
  }
  return groups;
};
const countedOf = (facts) => facts.filter((fact) => col.is_counted[fact]);
// "surgeries|operation": one string object a pair, made once, because every answer groups by it.
const measures = new Map();
const measureKeys = Array.from({ length: SIZE }, (_, fact) => {
  const code = col.metric[fact] * 1000 + col.unit[fact];
  if (!measures.has(code)) measures.set(code, `${text("metric", fact)}|${text("unit", fact)}`);
  return measures.get(code);
});
const metricUnit = (fact) => measureKeys[fact];
const rangeWords = ({ total, least, most }, unit) =>
  most === null ? t("rangeOpen", withUnit(least, unit)) : least === most && least === total ? t("exactSum") : t("range", grouped(least), withUnit(most, unit));
const TILES = 12;
let allTiles = false;
const tile = ([key, facts]) => {
  const [metric, unit] = key.split("|");
  const sums = summed(facts);
  const exact = withUnit(sums.total, unit);
  const shortened = brief(sums.total);
  const name = metricName(metric);
  const button = numberButton(shortened, facts, name, { exact, spoken: `${name} ${exact}`, unit: unitWord(unit) });
  button.append(el("small", {}, unitWord(unit)));
  return el("div", { class: "tile", "data-metric": metric, "data-unit": unit, "data-total": grouped(sums.total).replaceAll(",", "") },
    el("h3", {}, name), el("p", { class: "tile-value" }, button),
    shortened === grouped(sums.total) ? null : el("p", { class: "exact" }, exact),
    el("p", {}, rangeWords(sums, unit)), el("p", {}, t("madeOf", facts.length, storiesOf(facts), brief(sums.largest))));
};
const drawTotals = () => {
  const groups = [...groupBy(countedOf(matching), metricUnit)].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const some = allTiles ? groups : groups.slice(0, TILES);
  const more = groups.length > some.length ? el("button", { type: "button", class: "more", on: { click: () => { allTiles = true; drawTotals(); document.querySelectorAll("#totals .num")[TILES]?.focus(); } } }, t("moreTotals", groups.length)) : null;
  part("totals", t("totalsNote"), groups.length ? el("div", { class: "tiles" }, some.map(tile)) : el("p", { class: "soft" }, t("none")), more);
};
