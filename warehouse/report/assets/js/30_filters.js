// What the reader asks for, and the facts that answer. The state stands in the address, so that a view can be shared.
const EMPTY = { text: "", place: "", metric: "", programme: "", from: "", to: "", quality: "" };
const filter = { ...EMPTY };
let matching = [];
const QUALITIES = { exact: "qExact", inexact: "qInexact", conflict: "qConflict", planned: "qPlanned", missing: "qMissing", damaged: "qDamaged" };
const ofQuality = {
  exact: (fact) => text("approximation", fact) === "exact",
  inexact: (fact) => text("approximation", fact) !== "exact",
  conflict: (fact) => contradicted.has(fact),
  planned: (fact) => text("status", fact) === "planned",
  missing: (fact) => col.donor[fact] < 0 || col.recipient[fact] < 0,
  damaged: (fact) => ledger.articles.is_damaged[col.article[fact]],
};
const isFiltered = () => Object.values(filter).some(Boolean);
// The codes below a place: a province's begin with two of its digits, a prefecture's with four.
const stemOf = (code) => code.replace(/(00)+$/, "");

// The numbers in a coded list whose value passes, as flags by number.
const flags = (name, passes) => Uint8Array.from(lists[name], (entry) => (passes(entry) ? 1 : 0));
const inPlace = () => {
  const stem = stemOf(filter.place);
  const donors = flags("donor", (code) => code.startsWith(stem));
  const recipients = flags("recipient", (code) => code.startsWith(stem));
  return (fact) => donors[col.donor[fact]] === 1 || recipients[col.recipient[fact]] === 1;
};
const saying = () => {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word) => {
    const has = (entry) => entry !== null && entry !== undefined && entry.toLowerCase().includes(word);
    const sentence = Uint8Array.from(sentencesLower, (entry) => (entry.includes(word) ? 1 : 0));
    const headline = headlinesLower.map((entry) => entry.includes(word));
    const ofPlace = (code) => (placesLower.get(code) ?? "").includes(word);
    const [donor, recipient] = [flags("donor", ofPlace), flags("recipient", ofPlace)];
    const [organisation, programme] = [flags("organisation", has), flags("programme", has)];
    const metric = flags("metric", (code) => has(code) || has(ledger.metrics[code]?.name_zh) || has(ledger.metrics[code]?.name_en));
    return (fact) => sentence[col.sentence[fact]] === 1 || headline[col.article[fact]] || donor[col.donor[fact]] === 1 || recipient[col.recipient[fact]] === 1
      || organisation[col.organisation[fact]] === 1 || programme[col.programme[fact]] === 1 || metric[col.metric[fact]] === 1;
  });
  return (fact) => tests.every((test) => test(fact));
};
const inYears = () => {
  const first = Number(filter.from || 0);
  const last = Number(filter.to || 9999);
  return (fact) => spanOf[fact] !== null && spanOf[fact][0] <= last && spanOf[fact][1] >= first;
};
const select = () => {
  const tests = [];
  if (filter.metric) { const number = lists.metric.indexOf(filter.metric); tests.push((fact) => col.metric[fact] === number); }
  if (filter.programme) { const channels = flags("channel", (name) => name === filter.programme); const names = flags("programme", (name) => name === filter.programme); tests.push((fact) => channels[col.channel[fact]] === 1 || names[col.programme[fact]] === 1); }
  if (filter.place) tests.push(inPlace());
  if (filter.from || filter.to) tests.push(inYears());
  if (filter.quality) tests.push(ofQuality[filter.quality]);
  if (filter.text.trim()) tests.push(saying());
  matching = [];
  for (let fact = 0; fact < SIZE; fact += 1) if (tests.every((test) => test(fact))) matching.push(fact);
};

const option = (value_, word) => el("option", { value: value_ }, word);
const options = (id, entries, chosen) => {
  const box = document.getElementById(id);
  fill(box, option("", t("all")), ...entries);
  box.value = chosen;
};
const placeOptions = () => {
  const provinces = new Map();
  for (const code of new Set([...lists.donor, ...lists.recipient])) {
    const province = provinceOf(code);
    if (!provinces.has(province)) provinces.set(province, []);
    if (code !== province) provinces.get(province).push(code);
  }
  return [...provinces].sort().map(([province, codes]) =>
    el("optgroup", { label: placeName(province) }, option(province, t("wholeOf", placeName(province))), codes.sort().map((code) => option(code, placeName(code)))));
};
const drawFilters = () => {
  const years = [...new Set(spanOf.filter(Boolean).flat())].sort((a, b) => b - a).map(String);
  options("filter-place", placeOptions(), filter.place);
  options("filter-metric", lists.metric.slice().sort((a, b) => metricName(a).localeCompare(metricName(b), language ? "en" : "zh")).map((code) => option(code, metricName(code))), filter.metric);
  options("filter-programme", lists.channel.slice().sort().map((channel) => {
    const batches = lists.programme.filter((name) => name.startsWith(`${channel} `)).sort();
    return batches.length ? el("optgroup", { label: channel }, option(channel, t("wholeOf", channel).replace(/（全境）| \(all of it\)/, language ? " (all)" : "（全部批次）")), batches.map((name) => option(name, name))) : option(channel, channel);
  }), filter.programme);
  options("filter-from", years.map((year) => option(year, year)), filter.from);
  options("filter-to", years.map((year) => option(year, year)), filter.to);
  options("filter-quality", Object.entries(QUALITIES).map(([code, word]) => option(code, t(word))), filter.quality);
  document.getElementById("filter-text").value = filter.text;
};
const readFilters = () => {
  for (const name of Object.keys(EMPTY)) filter[name] = document.getElementById(`filter-${name}`).value;
};
const writeAddress = (fact = null) => {
  const held = new URLSearchParams();
  for (const [name, chosen] of Object.entries(filter)) if (chosen) held.set(name, chosen);
  if (language) held.set("lang", "en");
  if (fact !== null) held.set("fact", col.key[fact]);
  try { history.replaceState(null, "", `#${held}`); } catch { /* some readers of files forbid it: nothing is lost but the link */ }
};
const readAddress = () => {
  const held = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(EMPTY)) filter[name] = held.get(name) ?? "";
  if (held.get("lang") === "en") language = 1;
  return factOfKey.get(held.get("fact")) ?? null;
};
