// The two charts. Each has a table beside it that holds the same numbers, each of which opens its evidence.
const chosen = { flow: "", level: "", trend: "", grain: "" };
const charts = new Map();
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
const paint = (id, height, settings, onClick) => {
  const holder = document.getElementById(id);
  if (!holder) return;
  holder.style.height = `${height}px`;
  charts.get(id)?.dispose();
  const chart = echarts.init(holder, null, { renderer: "svg" });
  // Text in the tooltip is drawn, never parsed as markup.
  chart.setOption({ animation: false, textStyle: { fontFamily: FONT, color: css("--ink") }, ...settings,
    tooltip: { renderMode: "richText", confine: true, backgroundColor: css("--card"), borderColor: css("--line-strong"), textStyle: { color: css("--ink"), fontFamily: FONT }, ...settings.tooltip } });
  chart.on("click", onClick);
  charts.set(id, chart);
};
const choice = (id, word, entries, current, change) => {
  const box = el("select", { id, on: { change: () => { change(box.value); document.getElementById(id).focus(); } } }, entries.map(([code, name]) => option(code, name)));
  box.value = current;
  return el("label", { for: id }, word, box);
};
// Metrics that may be summed, the most frequent first.
const summable = (facts) => [...groupBy(countedOf(facts), metricUnit)].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)).map(([key]) => key);
const measureName = (key) => (key ? `${metricName(key.split("|")[0])}（${unitWord(key.split("|")[1])}）`.replace(/（(.*)）/, language ? " ($1)" : "（$1）") : t("factCount"));
const measured = (facts, key) => (key ? summed(facts).total : BigInt(facts.length) * SCALE);
const written = (amount, key) => (key ? withUnit(amount, key.split("|")[1]) : grouped(amount));
const within = (facts, key) => (key ? countedOf(facts).filter((fact) => metricUnit(fact) === key) : facts);

const FLOWS = 24;
const flowsOf = () => {
  const facts = within(matching, chosen.flow);
  const known = facts.filter((fact) => col.donor[fact] >= 0 && col.recipient[fact] >= 0);
  const place = (side) => lists[side].map((code) => (chosen.level === "province" ? provinceOf(code) : code));
  const [donors, recipients] = [place("donor"), place("recipient")];
  const numbers = [donors, recipients].map((codes) => codes.map((code) => codes.indexOf(code)));
  const flows = [...groupBy(known, (fact) => numbers[0][col.donor[fact]] * 10000 + numbers[1][col.recipient[fact]])]
    .map(([key, held]) => ({ donor: donors[Math.floor(key / 10000)], recipient: recipients[key % 10000], facts: held, amount: measured(held, chosen.flow) }))
    .filter((flow) => flow.amount > 0n)
    .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : a.donor < b.donor ? -1 : 1));
  return { flows, lacking: facts.length - known.length };
};
const flowHeight = (count) => count * 29 + 20;
const sideBySide = () => matchMedia("(min-width: 1200px)").matches;
const paintFlows = (flows) => {
  const drawn = flows.slice(0, FLOWS);
  const rest = flows.slice(FLOWS);
  if (rest.length) {
    const held = rest.flatMap((flow) => flow.facts);
    drawn.push({ donor: "", recipient: "", facts: held, amount: measured(held, chosen.flow), many: rest.length });
  }
  const label = (flow, side) => (flow.many ? t("otherPlaces", new Set(rest.map((each) => each[side])).size) : shown(placeName(flow[side])));
  const wide = document.getElementById("flow-chart").clientWidth;
  const room = Math.min(210, Math.max(90, Math.round(wide * 0.27)));
  const hues = ["#12806e", "#b5651d", "#3b6ea8", "#8a4f8f", "#7a8b1f", "#b23a48", "#4a7c7a", "#a07d1c"];
  const donors = [...new Set(drawn.map((flow) => flow.donor))];
  const nodes = [
    ...donors.map((code, place) => ({ name: `d${code}`, depth: 0, itemStyle: { color: hues[place % hues.length] }, label: { position: "left", formatter: label(drawn.find((flow) => flow.donor === code), "donor") } })),
    ...[...new Set(drawn.map((flow) => flow.recipient))].map((code) => ({ name: `r${code}`, depth: 1, itemStyle: { color: css("--soft") }, label: { position: "right", formatter: label(drawn.find((flow) => flow.recipient === code), "recipient") } })),
  ];
  const count = Math.max(donors.length, nodes.length - donors.length);
  const tell = (flow) => `${label(flow, "donor")} → ${label(flow, "recipient")}\n${written(flow.amount, chosen.flow)}`;
  paint("flow-chart", Math.max(240, flowHeight(count)), {
    tooltip: { formatter: ({ dataType, data, value: size }) => (dataType === "edge" ? tell(drawn[data.place]) : `${data.label.formatter}\n${written(BigInt(Math.round(size * 10000)), chosen.flow)}`) },
    series: [{ type: "sankey", left: room, right: room, top: 8, bottom: 8, nodeWidth: 12, nodeGap: 15, draggable: false, layoutIterations: 32, emphasis: { focus: "adjacency" },
      label: { color: css("--ink"), fontFamily: FONT, fontSize: 12, width: room - 12, overflow: "truncate" },
      lineStyle: { color: "source", opacity: 0.42, curveness: 0.5 }, data: nodes,
      links: drawn.map((flow, place) => ({ source: `d${flow.donor}`, target: `r${flow.recipient}`, value: Number(flow.amount) / 10000, place })) }],
  }, ({ dataType, data }) => {
    if (dataType === "edge") openNumber(drawn[data.place].facts, `${label(drawn[data.place], "donor")} → ${label(drawn[data.place], "recipient")}`);
    else openNumber(drawn.filter((flow) => data.name === `d${flow.donor}` || data.name === `r${flow.recipient}`).flatMap((flow) => flow.facts), data.label.formatter);
  });
};
const drawFlows = () => {
  const metrics = summable(matching);
  if (chosen.flow && !metrics.includes(chosen.flow)) chosen.flow = "";
  const { flows, lacking } = flowsOf();
  const choices = [["", t("factCount")], ...metrics.map((key) => [key, measureName(key)])];
  const tools = el("div", { class: "tools" },
    choice("flow-measure", t("measure"), choices, chosen.flow, (code) => { chosen.flow = code; drawFlows(); paintCharts(); }),
    choice("flow-level", t("level"), [["", t("asStated")], ["province", t("byProvince")]], chosen.level, (code) => { chosen.level = code; drawFlows(); paintCharts(); }));
  if (!flows.length) { flowsDrawn = null; part("flows", lacking ? t("flowsNote", lacking) : t("flowsAll"), tools, el("p", { class: "soft" }, t("none"))); return; }
  flowsDrawn = flows;
  const sides = [new Set(flows.map((flow) => flow.donor)).size, new Set(flows.map((flow) => flow.recipient)).size];
  const alt = t("flowsAlt", ...sides, placeName(flows[0].donor), placeName(flows[0].recipient), written(flows[0].amount, chosen.flow));
  const holder = el("tbody");
  const row = (flow) => el("tr", {}, el("th", { scope: "row" }, quoted(placeName(flow.donor))), cell(quoted(placeName(flow.recipient))),
    cell(numberButton(written(flow.amount, chosen.flow), flow.facts, `${placeName(flow.donor)} → ${placeName(flow.recipient)}`), "n"), cell(String(flow.facts.length), "n"), cell(String(storiesOf(flow.facts)), "n"));
  const more = growing(flows, 20, row, holder);
  const held = table([[t("donor")], [t("recipient")], [measureName(chosen.flow), "n"], [t("facts"), "n"], [t("stories"), "n"]], [], { label: `${t("flows")} – ${t("asTable")}` });
  held.querySelector("tbody").replaceWith(holder);
  part("flows", lacking ? t("flowsNote", lacking) : t("flowsAll"), tools, el("div", { id: "flow-chart", class: "chart", role: "img", "aria-label": alt }), el("details", { class: "as-table", open: openTables.has("flows") }, el("summary", {}, t("asTable")), held, more));
};
let flowsDrawn = null;
let trendDrawn = null;
const openTables = new Set();
const quarterOf = (when) => t("quarterOf", when.slice(0, 4), Math.ceil(Number(when.slice(5, 7)) / 3));
const bucket = (when, grain) => (grain === "year" ? when.slice(0, 4) : grain === "quarter" ? quarterOf(when) : when.slice(0, 7));
// Every month, quarter or year from the first to the last, so that a gap looks like one.
const axis = (first, last, grain) => {
  const made = [];
  for (let [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7))]; ; ) {
    const here = bucket(`${year}-${String(month).padStart(2, "0")}`, grain);
    if (made.at(-1) !== here) made.push(here);
    if (here === bucket(last, grain)) return made;
    month += 1;
    if (month > 12) { month = 1; year += 1; }
  }
};
const drawTrends = () => {
  const metrics = summable(matching);
  if (chosen.trend && !metrics.includes(chosen.trend)) chosen.trend = "";
  const facts = within(matching, chosen.trend);
  const dated = facts.filter((fact) => whenOf[fact]);
  const order = [...new Set(dated.map((fact) => whenOf[fact]))].sort();
  const months = order.length ? axis(order[0], order.at(-1), "month").length : 0;
  const grain = chosen.grain || (months <= 36 ? "month" : months <= 120 ? "quarter" : "year");
  const tools = el("div", { class: "tools" },
    choice("trend-measure", t("metric"), [["", t("factCount")], ...metrics.map((key) => [key, measureName(key)])], chosen.trend, (code) => { chosen.trend = code; drawTrends(); paintCharts(); }),
    choice("trend-grain", t("grain"), [["", t("auto")], ["month", t("month")], ["quarter", t("quarter")], ["year", t("year")]], chosen.grain, (code) => { chosen.grain = code; drawTrends(); paintCharts(); }));
  const undated = facts.length - dated.length;
  const note = undated ? t("trendsNote", undated) : t("trendsAll");
  if (!dated.length) { trendDrawn = null; part("trends", note, tools, el("p", { class: "soft" }, t("none"))); return; }
  const buckets = new Map();
  const groups = groupBy(dated, (fact) => {
    const when = whenOf[fact];
    if (!buckets.has(when)) buckets.set(when, bucket(when, grain));
    return buckets.get(when);
  });
  const periods = axis(order[0], order.at(-1), grain);
  const bars = periods.map((period) => ({ period, facts: groups.get(period) ?? [], amount: measured(groups.get(period) ?? [], chosen.trend) }));
  trendDrawn = bars;
  const highest = bars.reduce((best, bar) => (bar.amount > best.amount ? bar : best));
  const alt = t("trendsAlt", measureName(chosen.trend), periods[0], periods.at(-1), highest.period, written(highest.amount, chosen.trend));
  const rows = bars.filter((bar) => bar.facts.length).reverse().map((bar) => el("tr", {}, el("th", { scope: "row" }, bar.period),
    cell(numberButton(written(bar.amount, chosen.trend), bar.facts, `${measureName(chosen.trend)} ${bar.period}`), "n"), cell(String(bar.facts.length), "n"), cell(String(storiesOf(bar.facts)), "n")));
  part("trends", note, tools, el("div", { id: "trend-chart", class: "chart", role: "img", "aria-label": alt }),
    el("details", { class: "as-table", open: openTables.has("trends") }, el("summary", {}, t("asTable")), table([[t("period")], [measureName(chosen.trend), "n"], [t("facts"), "n"], [t("stories"), "n"]], rows, { label: `${t("trends")} – ${t("asTable")}` })));
};
const drawYears = () => {
  const counted = countedOf(matching);
  const years = [...new Set(counted.map((fact) => yearOf[fact]).filter(Boolean))].sort().slice(-8);
  const groups = summable(matching).slice(0, 12);
  if (!groups.length) { part("byYear", null, el("p", { class: "soft" }, t("none"))); return; }
  const columns = [...years, null].filter((year) => year || counted.some((fact) => !yearOf[fact]));
  const held = groupBy(counted, (fact) => `${metricUnit(fact)}|${yearOf[fact]}`);
  const rows = groups.map((key) => el("tr", {}, el("th", { scope: "row" }, measureName(key)), columns.map((year) => {
    const facts = held.get(`${key}|${year ?? ""}`);
    const name = `${measureName(key)} ${year ?? t("undated")}`;
    return facts ? cell(numberButton(brief(summed(facts).total), facts, name, { exact: written(summed(facts).total, key), spoken: `${name}: ${written(summed(facts).total, key)}` }), "n") : cell("–", "empty");
  })));
  part("byYear", t("yearsNote", years.length), table([[t("metric")], ...columns.map((year) => [year ?? t("undated"), "n"])], rows, { label: t("period") }));
};
const paintTrends = (bars) => {
  const unit = chosen.trend ? chosen.trend.split("|")[1] : "";
  paint("trend-chart", sideBySide() && flowsDrawn ? Math.min(560, Math.max(300, document.getElementById("flow-chart").clientHeight)) : 300, {
    grid: { left: 8, right: 16, top: 24, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: ([{ dataIndex }]) => `${bars[dataIndex].period}\n${measureName(chosen.trend)}: ${written(bars[dataIndex].amount, chosen.trend)}` },
    xAxis: { type: "category", data: bars.map((bar) => bar.period), axisLabel: { color: css("--soft"), hideOverlap: true }, axisLine: { lineStyle: { color: css("--line-strong") } }, axisTick: { show: false } },
    yAxis: { type: "value", minInterval: chosen.trend ? null : 1, axisLabel: { color: css("--soft"), formatter: (size) => brief(BigInt(Math.round(size * 10000))).replace("≈", "") + (unit === "percent" ? "%" : "") }, splitLine: { lineStyle: { color: css("--line") } } },
    series: [{ type: "bar", barMaxWidth: 36, itemStyle: { color: css("--accent"), borderRadius: [3, 3, 0, 0] }, data: bars.map((bar) => Number(bar.amount) / 10000) }],
  }, ({ dataIndex }) => openNumber(bars[dataIndex].facts, `${measureName(chosen.trend)} ${bars[dataIndex].period}`));
};
let painting = 0;
const paintCharts = () => {
  cancelAnimationFrame(painting);
  painting = requestAnimationFrame(() => {
    if (flowsDrawn) paintFlows(flowsDrawn);
    if (trendDrawn) paintTrends(trendDrawn);
    document.documentElement.dataset.painted = String(Number(document.documentElement.dataset.painted ?? 0) + 1);
  });
};
