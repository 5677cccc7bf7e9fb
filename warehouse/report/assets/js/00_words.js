// Words of the page, Chinese and English. {0} and {1} are filled in.
const WORDS = {
  title: ["医疗援助数字账本", "Medical aid ledger"],
  asOf: ["{0} 生成 · 数据截至 {1} 的运行 · {2} 份文档、{3} 篇文章、{4} 条事实", "Made {0} · data as of the run of {1} · {2} documents, {3} articles, {4} facts"],
  noRun: ["尚无运行", "no run yet"],
  skip: ["跳到总数", "Skip to the totals"], print: ["打印", "Print"], contents: ["目录", "Contents"],
  themeAuto: ["外观：随系统", "Theme: system"], themeLight: ["外观：浅色", "Theme: light"], themeDark: ["外观：深色", "Theme: dark"],
  search: ["搜索原句、标题、地名、机构", "Search sentences, headlines, places, bodies"], filters: ["筛选", "Filter"],
  place: ["地区", "Place"], metric: ["指标", "Metric"], programme: ["援助项目", "Programme"], from: ["起始年", "From year"], to: ["截止年", "To year"],
  quality: ["质量", "Quality"], reset: ["清除筛选", "Clear filters"], all: ["全部", "All"], wholeOf: ["{0}（全境）", "{0} (all of it)"],
  qExact: ["确数", "Exact figures"], qInexact: ["约数、余数、下限、上限", "Approximate or open figures"], qConflict: ["有矛盾", "Contradicted"], qPlanned: ["计划数", "Planned"],
  qMissing: ["缺支援方或受援方", "Donor or recipient not stated"], qDamaged: ["原文有残损", "From a damaged text"],
  found: ["{0} 条事实，出自 {1} 篇报道（转载合并为一篇）", "{0} facts from {1} stories (reposts counted once)"],
  foundOf: ["符合条件的 {0} 条事实（共 {2} 条），出自 {1} 篇报道", "{0} of {2} facts match, from {1} stories"],
  none: ["没有符合条件的数字。", "Nothing matches."], notStated: ["未写明", "not stated"], undated: ["时间未写明", "no date stated"],
  more: ["再显示 {0} 条（还有 {1} 条）", "Show {0} more ({1} left)"], asTable: ["以表格查看", "As a table"], close: ["关闭", "Close"], back: ["返回", "Back"],
  totals: ["总数", "Totals"],
  totalsNote: ["每篇报道只计一次，转载合并。只把可以相加的指标、已发生的、卫生领域的、非年均也非其中项的数相加；不同报道说同一件事时会重复，请对照“单条最大”。点任一数字看它由哪些原句得来。", "Each story counts once, reposts folded. Only additive metrics, things done, health, no yearly figures and no parts of a total are summed. Two stories that tell of one thing are both in the sum: compare with the largest single figure. Choose any number to see the sentences behind it."],
  range: ["据原文措辞：{0} 至 {1}", "by its wording between {0} and {1}"], rangeOpen: ["据原文措辞至少 {0}", "by its wording at least {0}"], exactSum: ["各数均为确数", "every figure is exact"],
  madeOf: ["{0} 条 · {1} 篇报道 · 单条最大 {2}", "{0} facts · {1} stories · largest {2}"],
  moreTotals: ["显示全部 {0} 项指标", "Show all {0} metrics"],
  flows: ["谁援助了谁", "Who gave to whom"], flowsNote: ["只画支援方和受援方都写明的数字；另有 {0} 条缺一方，不在图中。", "Only figures whose donor and recipient are both stated; {0} more lack one and are not drawn."],
  flowsAll: ["支援方和受援方都写明的数字。", "Figures whose donor and recipient are both stated."], trendsAll: ["时间取所述时期的末尾，没有写明的取发布日期。", "Dated by the end of the period told of, else by publication."],
  measure: ["按", "By"], factCount: ["事实条数", "Number of facts"], donor: ["支援方", "Donor"], recipient: ["受援方", "Recipient"], level: ["地区层级", "Places"], asStated: ["按原文所写", "As stated"], byProvince: ["归到省级", "By province"],
  otherPlaces: ["其他 {0} 地", "{0} other places"], facts: ["条数", "Facts"], stories: ["报道数", "Stories"], total: ["合计", "Total"], largest: ["单条最大", "Largest"],
  flowsAlt: ["桑基图：{0} 个支援方到 {1} 个受援方，最大的一支是 {2} 到 {3}，{4}。同样的数字在下面的表里。", "Sankey diagram of {0} donors and {1} recipients; the largest flow is {2} to {3}, {4}. The table below holds the same numbers."],
  trends: ["走势", "Trends"], trendsNote: ["时间取所述时期的末尾，没有写明的取发布日期；两者都没有的 {0} 条不在图中。", "Dated by the end of the period told of, else by publication; {0} facts have neither and are left out."],
  grain: ["粒度", "Grain"], month: ["月", "Month"], quarter: ["季", "Quarter"], quarterOf: ["{0}年{1}季度", "{0} Q{1}"], year: ["年", "Year"], auto: ["自动", "Automatic"],
  trendsAlt: ["柱状图：{0}，{1} 到 {2}，最高的是 {3} 的 {4}。同样的数字在下面的表里。", "Bar chart of {0}, {1} to {2}; highest in {3} at {4}. The table below holds the same numbers."],
  byYear: ["各指标逐年合计", "Totals by metric and year"], period: ["时期", "Period"], yearsNote: ["最常见的十二项指标，最近 {0} 个有数的年份；带 ≈ 的大数截短显示，点开看全数。", "The twelve most frequent metrics, the last {0} years that have figures; great amounts are cut short after ≈, open one for all its digits."],
  scorecard: ["各援助项目记分卡", "Scorecard by aid programme"], scorecardNote: ["一行是一对支援方与受援方，一格是该指标可以相加之数的合计。", "A row is a donor and a recipient; a cell sums what adds up of that metric."],
  growth: ["增长与占比（不相加）", "Growth and shares (never summed)"], reach: ["{0} 个支援方 · {1} 个受援方 · {2} 篇报道", "{0} donors · {1} recipients · {2} stories"],
  articles: ["最新文章", "Newest articles"], noHeadline: ["（无标题）", "(no headline)"], factsIn: ["{0} 条事实", "{0} facts"], isNew: ["新", "new"], repostOf: ["同一报道 {0} 篇", "{0} articles tell this story"],
  list: ["全部事实", "All facts"], figure: ["数字", "Figure"], sentence: ["原句", "Sentence"], fromTo: ["支援方 → 受援方", "Donor → recipient"], notes: ["标注", "Notes"],
  contradictions: ["相互矛盾的数字", "Figures that contradict each other"], contradictionsNote: ["系统只并列两处原句，不判断谁对。", "Both sentences side by side; which one is right is for a person to say."], noContradictions: ["没有发现矛盾。", "None found."],
  sameArticle: ["同一篇内", "in one article"], twoArticles: ["两处之间", "between two places"],
  changes: ["与上次报告相比", "Since the last report"], firstReport: ["这是此处的第一份报告，没有可比的上一份。", "This is the first report here: there is none to compare with."],
  sinceRun: ["上次报告依据 {0} 的运行；此后又发布 {1} 次。", "The last report told of the run of {0}; {1} runs were published since."], newArticles: ["新增文章", "New articles"], newFacts: ["新增事实", "New facts"], newConflicts: ["新出现的矛盾", "New contradictions"], goneConflicts: ["不再出现的疑点", "Findings no longer there"],
  added: ["重算增加", "Added by a backfill"], removed: ["重算删除", "Removed by a backfill"], changed: ["重算改动", "Changed by a backfill"],
  state: ["数据质量", "State of the data"], coverageNote: ["原文里的 {0} 个数字各归其位，一个不漏：", "Each of the {0} figures in the texts is accounted for:"],
  cFact: ["成为事实", "facts"], cIgnored: ["有理由地忽略", "ignored, with a reason"], cUnknown: ["未识别", "unknown"], cAside: ["被检查隔离", "set aside by a check"],
  checksSaid: ["最近一次运行的检查：{0} 项通过，{1} 项未通过，{2} 项不适用。", "Checks of the last run: {0} passed, {1} failed, {2} not applicable."], check: ["检查", "Check"], severity: ["严重程度", "Severity"], offenders: ["处数", "Places"], why: ["检查理由", "Why it is checked"], result: ["结果", "Result"], allChecks: ["全部检查", "All checks"],
  unreadNote: ["{0} 个文件未能读取", "{0} files could not be read"], damagedNote: ["{0} 份文档有读不回来的字符", "{0} documents hold characters that could not be had back"], maskedNote: ["{0} 个证件或电话号码已遮盖", "{0} identity or phone numbers are masked"], correctedNote: ["{0} 处人工更正", "{0} corrections by hand"], unknownList: ["未识别的数字（{0}）", "Figures that no rule could place ({0})"], file: ["文件", "File"], reason: ["原因", "Reason"],
  passed: ["通过", "passed"], failed: ["未通过", "failed"], error: ["出错", "error"], not_applicable: ["不适用", "not applicable"], block: ["阻断", "blocks"], quarantine: ["隔离", "sets aside"], warn: ["提醒", "warns"],
  exact: ["确数", "exact"], about: ["约数", "about"], at_least: ["至少", "at least"], at_most: ["至多", "at most"],
  wExact: ["原文写的是确数：{0}。", "The text gives an exact figure: {0}."], wAbout: ["约 {0}：按措辞在 {1} 与 {2} 之间。", "About {0}: by its wording between {1} and {2}."],
  wAtLeast: ["至少 {0}，按措辞不超过 {1}。", "At least {0}, by its wording no more than {1}."], wAtLeastOpen: ["至少 {0}，上限未写明。", "At least {0}; no upper end is stated."], wAtMost: ["至多 {0}，按措辞不少于 {1}。", "At most {0}, by its wording no less than {1}."],
  printed: ["原文写法", "As printed"], interval: ["准确程度", "How exact"], organisation: ["机构", "Body"], status: ["状态", "Status"], actual: ["已发生", "done"], planned: ["计划或预计", "planned"], annual: ["年均或每年", "yearly"], part: ["其中项（不计入合计）", "part of a total (not summed)"], counted: ["计入合计", "counted in totals"], notCounted: ["不计入合计", "not counted in totals"], qualifier: ["限定", "Kind"], aspect: ["性质", "Aspect"], rule: ["判定规则", "Rule"], counts: ["统计口径", "What counts"], excludes: ["不计入", "What does not"], mentions: ["出现", "Stated"], mentionsIn: ["{0} 次，在 {1} 篇文章里", "mentions: {0}, articles: {1}"], source: ["出处", "Source"], sector: ["领域", "Sector"],
  s_clause: ["与数字在同一分句", "in the same clause as the figure"], s_sentence: ["在同一句", "in the same sentence"], s_paragraph: ["由同一段的上文得出", "from the same paragraph"], s_section: ["由本节上文得出", "from the section above"], s_story: ["由全文得出", "from the whole story"], s_headline: ["由标题得出", "from the headline"], s_mention: ["由同一事实的另一处提及得出", "from another mention of the same fact"],
  a_level: ["数量", "amount"], a_yoy_pct: ["同比 %", "year on year, %"], a_yoy_abs: ["同比增减", "year on year"], a_change_pct: ["变化 %", "change, %"], a_change_pp: ["百分点变化", "percentage points"], a_multiple: ["倍数", "multiple"], a_share: ["占比", "share"],
  alsoIn: ["同一报道还见于", "The story also stands in"], textOf: ["文章原文", "The article"], opening: ["正在打开…", "Opening …"], otherFigure: ["本文另一处数字：{0} {1}", "another figure of this article: {0} {1}"],
  toArticle: ["在原文中的位置 ↓", "Where it stands in the article ↓"], allFacts: ["计入条数", "Facts summed"], listOf: ["{0}：{1} 条", "{0}: {1} facts"], contradicted: ["有矛盾", "contradicted"], damagedText: ["原文有残损", "damaged text"], reposted: ["{0} 篇", "{0} articles"],
  footer1: ["数字由规则从报道中读出，逐条可查原句；报道未经核实，合计不等于统计数字。", "Figures are read from news by rules, each with its sentence; news is not verified, and a sum is no official statistic."], footer2: ["图表：Apache ECharts（Apache-2.0）。本页不联网。", "Charts: Apache ECharts (Apache-2.0). This page uses no network."],
};
const UNITS = {
  person: ["人", "people"], person_time: ["人次", "person-times"], batch: ["批", "batches"], team: ["支", "teams"], institution: ["家", "institutions"], household: ["户", "households"], case: ["例次", "cases"], operation: ["台", "operations"], event: ["场次", "events"], item: ["项", "items"], paper: ["篇", "papers"], department: ["个", "departments"], centre: ["个", "centres"], unit: ["台（套）", "units"], bed: ["张", "beds"], m2: ["平方米", "m²"], day: ["天", "days"], CNY: ["元", "CNY"], percent: ["%", "%"], times: ["倍", "×"],
};
const ZONES = { "Asia/Shanghai": ["北京时间", "Beijing time"] };
let language = 0;
const t = (key, ...fill) => {
  const words = WORDS[key];
  return words ? words[language].replace(/\{(\d)\}/g, (_, place) => String(fill[place])) : key;
};
const zoneWord = (zone) => (ZONES[zone] ? ZONES[zone][language] : zone);
const unitWord = (unit) => (UNITS[unit] ? UNITS[unit][language] : unit);
