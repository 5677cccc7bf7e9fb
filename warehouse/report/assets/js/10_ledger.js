// The embedded columns, decoded. An amount is a BigInt of ten-thousandths: sums are exact.
const ledger = JSON.parse(document.getElementById("ledger-data").textContent);
const col = ledger.facts.columns;
const lists = ledger.facts.lists;
const SIZE = col.key.length;
const SCALE = 10000n;
const toScaled = (text) => {
  const negative = text.startsWith("-");
  const [whole, rest = ""] = text.replace("-", "").split(".");
  const scaled = BigInt(whole) * SCALE + BigInt(rest.padEnd(4, "0").slice(0, 4));
  return negative ? -scaled : scaled;
};
const amounts = lists.amount.map(toScaled);
const days = lists.day;
const text = (name, fact) => (col[name][fact] < 0 ? null : lists[name][col[name][fact]]);
const value = (fact) => amounts[col.value[fact]];
const low = (fact) => (col.value_low[fact] < 0 ? value(fact) : amounts[col.value_low[fact]]);
const high = (fact) => (col.value_high[fact] < 0 ? null : amounts[col.value_high[fact]]);
const day = (name, fact) => (col[name][fact] < 0 ? null : days[col[name][fact]]);
const metricName = (code) => (ledger.metrics[code] ? ledger.metrics[code][language ? "name_en" : "name_zh"] : code);
const placeName = (code) => ledger.places[code] ?? code;
const provinceOf = (code) => `${code.slice(0, 2)}0000`;

// When a fact happened: the end of its period, else its start, else the first publication of its story.
const whenOf = Array.from({ length: SIZE }, (_, fact) => day("period_end", fact) ?? day("period_start", fact) ?? day("first_published_on", fact));
const spanOf = Array.from({ length: SIZE }, (_, fact) => {
  const last = whenOf[fact];
  const first = day("period_start", fact) ?? last;
  return last ? [Number(first.slice(0, 4)), Number(last.slice(0, 4))] : null;
});
const yearOf = whenOf.map((when) => (when ? when.slice(0, 4) : ""));
const contradicted = new Set(ledger.contradictions.flatMap((pair) => [pair.first_fact, pair.second_fact]).filter((fact) => fact >= 0));
const newRuns = new Set(ledger.changes ? ledger.changes.runs : []);
const articleFacts = new Map();
for (let fact = 0; fact < SIZE; fact += 1) {
  const held = articleFacts.get(col.article[fact]);
  if (held) held.push(fact); else articleFacts.set(col.article[fact], [fact]);
}
const storyArticles = new Map();
ledger.articles.story.forEach((story, article) => {
  const held = storyArticles.get(story);
  if (held) held.push(article); else storyArticles.set(story, [article]);
});
const factOfKey = new Map(col.key.map((key, fact) => [key, fact]));

// What a search looks through, lower case: of each sentence once, and of each fact what its sentence does not say.
const sentencesLower = lists.sentence.map((sentence) => sentence.toLowerCase());
const headlinesLower = ledger.articles.headline.map((headline) => (headline ?? "").toLowerCase());
const placesLower = new Map(Object.entries(ledger.places).map(([code, name]) => [code, name.toLowerCase()]));

// Article texts are unpacked when one is opened.
let chunks = null;
const unpacked = new Map();
const articleText = async (article) => {
  chunks ??= JSON.parse(document.getElementById("ledger-texts").textContent);
  const [chunk, place] = ledger.articles.text[article];
  if (!unpacked.has(chunk)) {
    const bytes = Uint8Array.from(atob(chunks[chunk]), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    unpacked.set(chunk, new Response(stream).text().then(JSON.parse));
  }
  return (await unpacked.get(chunk))[place];
};
