// Making elements and writing amounts. Text reaches the page through textContent alone.
// Marks that turn the direction of writing, and control characters, are shown as a replacement character one for one, so
// that offsets stay and no text can reorder what stands around it.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const shown = (raw) => String(raw).replace(HIDDEN, "\ufffd");
const el = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, given] of Object.entries(attributes)) {
    if (given === null || given === undefined || given === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(given)) made.addEventListener(event, listener);
    else made.setAttribute(name, given === true ? "" : given);
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) made.append(child);
  return made;
};
// Text of an article or a name from one: isolated from the page's own words, and Chinese to a screen reader.
const quoted = (raw, tag = "span", extra = "") => {
  const made = el(tag, { class: `data ${extra}`.trim(), lang: "zh" });
  made.textContent = shown(raw);
  return made;
};
// A text of the warehouse's own, which has it in both languages. What an earlier version wrote has no Chinese yet: the
// English stands in for it.
const told = (chinese, english, extra = "") => {
  const isChinese = language === 0 && Boolean(chinese);
  const made = el("span", { class: `data ${extra}`.trim(), lang: isChinese ? "zh-CN" : "en" });
  made.textContent = shown(isChinese ? chinese : english);
  return made;
};
const fill = (parent, ...children) => parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));

const grouped = (scaled) => {
  const size = scaled < 0n ? -scaled : scaled;
  const whole = (size / SCALE).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = (size % SCALE).toString().padStart(4, "0").replace(/0+$/, "");
  return (scaled < 0n ? "−" : "") + whole + (rest ? `.${rest}` : "");
};
const withUnit = (scaled, unit) => {
  const word = unitWord(unit);
  const close = unit === "percent" || unit === "times" || language === 0;
  return grouped(scaled) + (unit === "percent" ? "%" : close ? ` ${word}`.replace(/^ (?=倍)/, "") : ` ${word}`);
};
// A great amount short, cut and not rounded up, with the sign that says so: 1.6亿, ≈1.23亿.
const brief = (scaled) => {
  const size = scaled < 0n ? -scaled : scaled;
  const steps = language ? [[10n ** 9n, "B"], [10n ** 6n, "M"]] : [[10n ** 8n, "亿"], [10n ** 4n, "万"]];
  for (const [step, word] of steps) {
    if (size >= step * SCALE) {
      const hundredths = (size * 100n) / (step * SCALE);
      const lost = (size * 100n) % (step * SCALE) !== 0n;
      const number = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`.replace(/\.?0+$/, "");
      return `${lost ? "≈" : ""}${scaled < 0n ? "−" : ""}${number}${word}`;
    }
  }
  return grouped(scaled);
};
const SIGNS = { exact: "", about: "≈ ", at_least: "≥ ", at_most: "≤ " };
const factAmount = (fact) => {
  const sign = text("aspect", fact) === "level" || text("aspect", fact) === "share" || text("aspect", fact) === "multiple" ? "" : value(fact) > 0n ? "+" : "";
  const points = text("aspect", fact) === "change_pp" ? (language ? " points" : " 个百分点") : null;
  const amount = points ? grouped(value(fact)) + points : withUnit(value(fact), text("unit", fact));
  return SIGNS[text("approximation", fact)] + sign + amount;
};
const periodOf = (fact) => {
  const first = day("period_start", fact);
  const last = day("period_end", fact);
  if (!first && !last) return null;
  return first === last ? first : `${first ?? "…"} – ${last ?? "…"}`;
};
const direction = (fact) => {
  const donor = text("donor", fact);
  const recipient = text("recipient", fact);
  const end = (code) => (code ? quoted(placeName(code)) : el("span", { class: "soft" }, t("notStated")));
  return el("span", {}, end(donor), " → ", end(recipient));
};
const badges = (fact) => {
  const marks = [];
  const approximation = text("approximation", fact);
  if (approximation !== "exact") marks.push(["", t(approximation)]);
  if (text("status", fact) === "planned") marks.push(["warn", t("planned")]);
  if (col.is_annual[fact]) marks.push(["", t("annual")]);
  if (col.is_part[fact]) marks.push(["", t("part")]);
  if (contradicted.has(fact)) marks.push(["bad", t("contradicted")]);
  if (ledger.articles.is_damaged[col.article[fact]]) marks.push(["warn", t("damagedText")]);
  if (newRuns.has(text("run_key", fact))) marks.push(["", t("isNew")]);
  return el("span", { class: "badges" }, marks.map(([kind, word]) => el("span", { class: `badge ${kind}`.trim() }, word)));
};
// A number that opens what it is made of.
const numberButton = (label, facts, name, extra = {}) =>
  el("button", { type: "button", class: "num", "aria-label": extra.spoken ? `${label}${extra.unit ?? ""} – ${extra.spoken}` : null, "data-exact": extra.exact ?? null, title: extra.exact ?? null, on: { click: () => openNumber(facts, name) } }, label);
const factButton = (fact) => el("button", { type: "button", class: "num", "data-fact": col.key[fact], on: { click: () => openFacts([fact], null) } }, factAmount(fact));
// A list that grows by steps: only what is asked for is drawn.
const growing = (items, step, draw, holder, extend = null) => {
  let drawn = 0;
  const button = el("button", { type: "button", class: "more" });
  const grow = () => {
    const next = items.slice(drawn, drawn + step);
    holder.append(...next.map(draw));
    drawn += next.length;
    const left = items.length - drawn;
    button.hidden = left === 0;
    button.textContent = t("more", Math.min(step, left), left);
  };
  button.addEventListener("click", () => {
    const place = holder.children.length;
    grow();
    const first = holder.children[place]?.querySelector("button");
    if (first) first.focus();
    if (extend) extend();
  });
  grow();
  return button;
};
const table = (heads, rows, options = {}) =>
  el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": options.caption ?? options.label ?? "" },
    el("table", { class: options.stack ? "stack" : null },
      options.caption ? el("caption", {}, options.caption) : null,
      el("thead", {}, el("tr", {}, heads.map(([word, kind]) => el("th", { scope: "col", class: kind ?? null }, word)))),
      el("tbody", {}, rows)));
const cell = (content, kind = null) => el("td", { class: kind }, content);
