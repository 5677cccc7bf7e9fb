-- Grain: the folded tables with the names that marts show beside the keys, and one current document with what became of
-- its figures. Names joined in every question cost most of it; kept, they are written where something changed alone.
-- What was folded is dropped: whoever migrates a file folds it anew.
DROP VIEW IF EXISTS core.story_signature;
DROP VIEW IF EXISTS core.fact_signature;
DROP TABLE core.fact;
DROP TABLE core.story_fact;
DELETE FROM core.folded_article;
DELETE FROM core.folded_story;

-- Grain: one fact of one current article, mentions of the same figure folded, the first mention first.
CREATE TABLE core.fact (
    figure_key       BIGINT NOT NULL,
    article_key      BIGINT NOT NULL,
    metric_key       BIGINT NOT NULL,
    aspect           VARCHAR NOT NULL,
    value            DECIMAL(22,4) NOT NULL,
    value_low        DECIMAL(22,4) NOT NULL,
    value_high       DECIMAL(22,4),
    approximation    VARCHAR NOT NULL,
    unit             VARCHAR NOT NULL,
    status           VARCHAR NOT NULL,
    qualifier        VARCHAR,
    is_annual        BOOLEAN NOT NULL,
    is_part          BOOLEAN NOT NULL,
    donor_key        BIGINT,
    recipient_key    BIGINT,
    organisation_key BIGINT,
    programme_key    BIGINT,
    period_start     DATE,
    period_end       DATE,
    sector           VARCHAR NOT NULL,
    sentence         VARCHAR NOT NULL,
    char_start       BIGINT NOT NULL,
    char_end         BIGINT NOT NULL,
    figure           VARCHAR NOT NULL,
    mentions         BIGINT NOT NULL,
    rule_code        VARCHAR NOT NULL,
    run_key          VARCHAR NOT NULL,
    story_key        BIGINT NOT NULL,
    kind             VARCHAR NOT NULL,
    document         VARCHAR NOT NULL,
    headline         VARCHAR,
    outlet           VARCHAR,
    published_on     DATE,
    metric           VARCHAR NOT NULL,
    metric_zh        VARCHAR NOT NULL,
    donor            VARCHAR,
    donor_code       VARCHAR,
    recipient        VARCHAR,
    recipient_code   VARCHAR,
    organisation     VARCHAR,
    programme        VARCHAR
);
COMMENT ON TABLE core.fact IS 'One fact of one current article, mentions of the same figure folded (事实).';
COMMENT ON COLUMN core.fact.figure_key IS 'The first mention (首次提及主键).';
COMMENT ON COLUMN core.fact.article_key IS 'The article that states it (文章主键).';
COMMENT ON COLUMN core.fact.metric_key IS 'The metric (指标主键).';
COMMENT ON COLUMN core.fact.aspect IS 'level, yoy_pct, yoy_abs, change_pct, change_pp, multiple or share (度量方面).';
COMMENT ON COLUMN core.fact.value IS 'The figure as written, in the canonical unit (数值).';
COMMENT ON COLUMN core.fact.value_low IS 'Lower end of what the wording allows (下限).';
COMMENT ON COLUMN core.fact.value_high IS 'Upper end of what the wording allows; NULL where open (上限).';
COMMENT ON COLUMN core.fact.approximation IS 'exact, about, at_least or at_most (近似程度).';
COMMENT ON COLUMN core.fact.unit IS 'Canonical unit; percent and times for rates of change (标准单位).';
COMMENT ON COLUMN core.fact.status IS 'actual or planned (实际或计划).';
COMMENT ON COLUMN core.fact.qualifier IS 'The kind that narrows the metric: 白内障, 三四级 (限定).';
COMMENT ON COLUMN core.fact.is_annual IS 'True for a yearly figure: 年均, 每年 (年度值).';
COMMENT ON COLUMN core.fact.is_part IS 'True for a part of a whole that the story also states: 其中 (部分值).';
COMMENT ON COLUMN core.fact.donor_key IS 'The place that gives (支援方主键).';
COMMENT ON COLUMN core.fact.recipient_key IS 'The place that receives (受援方主键).';
COMMENT ON COLUMN core.fact.organisation_key IS 'The body at the recipient''s side that it is about (机构主键).';
COMMENT ON COLUMN core.fact.programme_key IS 'The programme (项目主键).';
COMMENT ON COLUMN core.fact.period_start IS 'First day over which it accrued (起始日期).';
COMMENT ON COLUMN core.fact.period_end IS 'Last day over which it accrued (截止日期).';
COMMENT ON COLUMN core.fact.sector IS 'health, or another (领域).';
COMMENT ON COLUMN core.fact.sentence IS 'The sentence that states it (原句).';
COMMENT ON COLUMN core.fact.char_start IS 'Where the figure begins in the article''s text, characters from 0 (数字起点).';
COMMENT ON COLUMN core.fact.char_end IS 'Where it ends, exclusive (数字终点).';
COMMENT ON COLUMN core.fact.figure IS 'The figure as printed (原文数字).';
COMMENT ON COLUMN core.fact.mentions IS 'How often the article states it (提及次数).';
COMMENT ON COLUMN core.fact.rule_code IS 'The rule that decided the metric (规则代码).';
COMMENT ON COLUMN core.fact.run_key IS 'The run that loaded it (运行编号).';
COMMENT ON COLUMN core.fact.story_key IS 'The story that its article tells, shared by reposts (报道主键).';
COMMENT ON COLUMN core.fact.kind IS 'Kind of its article: news, caption or notice (文章类别).';
COMMENT ON COLUMN core.fact.document IS 'File name of the document (文档).';
COMMENT ON COLUMN core.fact.headline IS 'Headline of the article (标题).';
COMMENT ON COLUMN core.fact.outlet IS 'Outlet of the article, else of its document (媒体).';
COMMENT ON COLUMN core.fact.published_on IS 'Date of publication of the article, else of its document (发布日期).';
COMMENT ON COLUMN core.fact.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN core.fact.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN core.fact.donor IS 'Place that gives (支援方).';
COMMENT ON COLUMN core.fact.donor_code IS 'Administrative-division code of the donor (支援方代码).';
COMMENT ON COLUMN core.fact.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN core.fact.recipient_code IS 'Administrative-division code of the recipient (受援方代码).';
COMMENT ON COLUMN core.fact.organisation IS 'Body at the recipient''s side that it is about (机构).';
COMMENT ON COLUMN core.fact.programme IS 'Channel and batch: 援疆 第九批 (项目).';

-- Grain: one fact of one story: the articles that repost it folded, the earliest news article first.
CREATE TABLE core.story_fact (
    story_key        BIGINT NOT NULL,
    figure_key       BIGINT NOT NULL,
    article_key      BIGINT NOT NULL,
    kind             VARCHAR NOT NULL,
    metric_key       BIGINT NOT NULL,
    aspect           VARCHAR NOT NULL,
    value            DECIMAL(22,4) NOT NULL,
    value_low        DECIMAL(22,4) NOT NULL,
    value_high       DECIMAL(22,4),
    approximation    VARCHAR NOT NULL,
    unit             VARCHAR NOT NULL,
    status           VARCHAR NOT NULL,
    qualifier        VARCHAR,
    is_annual        BOOLEAN NOT NULL,
    is_part          BOOLEAN NOT NULL,
    donor_key        BIGINT,
    recipient_key    BIGINT,
    organisation_key BIGINT,
    programme_key    BIGINT,
    period_start     DATE,
    period_end       DATE,
    sector           VARCHAR NOT NULL,
    sentence         VARCHAR NOT NULL,
    figure           VARCHAR NOT NULL,
    articles         BIGINT NOT NULL,
    mentions         BIGINT NOT NULL,
    headline         VARCHAR,
    first_published_on DATE,
    year             BIGINT,
    is_counted       BOOLEAN NOT NULL,
    metric           VARCHAR NOT NULL,
    metric_zh        VARCHAR NOT NULL,
    donor            VARCHAR,
    donor_code       VARCHAR,
    donor_province   VARCHAR,
    recipient        VARCHAR,
    recipient_code   VARCHAR,
    recipient_province VARCHAR,
    organisation     VARCHAR,
    programme        VARCHAR
);
COMMENT ON TABLE core.story_fact IS 'One fact of one story, reposts folded (报道事实).';
COMMENT ON COLUMN core.story_fact.story_key IS 'The story that it tells, shared by its reposts (报道主键).';
COMMENT ON COLUMN core.story_fact.figure_key IS 'The mention that stands for it: the first of the earliest news article (代表提及主键).';
COMMENT ON COLUMN core.story_fact.article_key IS 'The article of that mention (文章主键).';
COMMENT ON COLUMN core.story_fact.kind IS 'Kind of that article: news, caption or notice (文章类别).';
COMMENT ON COLUMN core.story_fact.metric_key IS 'The metric (指标主键).';
COMMENT ON COLUMN core.story_fact.aspect IS 'level, yoy_pct, yoy_abs, change_pct, change_pp, multiple or share (度量方面).';
COMMENT ON COLUMN core.story_fact.value IS 'The figure as written, in the canonical unit (数值).';
COMMENT ON COLUMN core.story_fact.value_low IS 'Lower end of what the wording allows (下限).';
COMMENT ON COLUMN core.story_fact.value_high IS 'Upper end of what the wording allows; NULL where open (上限).';
COMMENT ON COLUMN core.story_fact.approximation IS 'exact, about, at_least or at_most (近似程度).';
COMMENT ON COLUMN core.story_fact.unit IS 'Canonical unit; percent and times for rates of change (标准单位).';
COMMENT ON COLUMN core.story_fact.status IS 'actual or planned (实际或计划).';
COMMENT ON COLUMN core.story_fact.qualifier IS 'The kind that narrows the metric: 白内障, 三四级 (限定).';
COMMENT ON COLUMN core.story_fact.is_annual IS 'True for a yearly figure: 年均, 每年 (年度值).';
COMMENT ON COLUMN core.story_fact.is_part IS 'True for a part of a whole that the story also states: 其中 (部分值).';
COMMENT ON COLUMN core.story_fact.donor_key IS 'The place that gives (支援方主键).';
COMMENT ON COLUMN core.story_fact.recipient_key IS 'The place that receives (受援方主键).';
COMMENT ON COLUMN core.story_fact.organisation_key IS 'The body at the recipient''s side that it is about (机构主键).';
COMMENT ON COLUMN core.story_fact.programme_key IS 'The programme (项目主键).';
COMMENT ON COLUMN core.story_fact.period_start IS 'First day over which it accrued (起始日期).';
COMMENT ON COLUMN core.story_fact.period_end IS 'Last day over which it accrued (截止日期).';
COMMENT ON COLUMN core.story_fact.sector IS 'health, or another (领域).';
COMMENT ON COLUMN core.story_fact.sentence IS 'The sentence that states it (原句).';
COMMENT ON COLUMN core.story_fact.figure IS 'The figure as printed (原文数字).';
COMMENT ON COLUMN core.story_fact.articles IS 'How many articles state it (报道篇数).';
COMMENT ON COLUMN core.story_fact.mentions IS 'How often they state it in all (提及次数).';
COMMENT ON COLUMN core.story_fact.headline IS 'Headline of the story''s first article (标题).';
COMMENT ON COLUMN core.story_fact.first_published_on IS 'Day on which the story was first published (首发日期).';
COMMENT ON COLUMN core.story_fact.year IS 'Year in which its period ends, else in which the story was published (年度).';
COMMENT ON COLUMN core.story_fact.is_counted IS 'True where the scorecard sums it (是否计入记分卡).';
COMMENT ON COLUMN core.story_fact.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN core.story_fact.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN core.story_fact.donor IS 'Place that gives (支援方).';
COMMENT ON COLUMN core.story_fact.donor_code IS 'Administrative-division code of the donor (支援方代码).';
COMMENT ON COLUMN core.story_fact.donor_province IS 'Province of the donor (支援方省份).';
COMMENT ON COLUMN core.story_fact.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN core.story_fact.recipient_code IS 'Administrative-division code of the recipient (受援方代码).';
COMMENT ON COLUMN core.story_fact.recipient_province IS 'Province of the recipient (受援方省份).';
COMMENT ON COLUMN core.story_fact.organisation IS 'Body at the recipient''s side that it is about (机构).';
COMMENT ON COLUMN core.story_fact.programme IS 'Channel and batch: 援疆 第九批 (项目).';

-- Grain: one current document.
CREATE TABLE core.document_coverage (
    document_key      VARCHAR NOT NULL,
    document          VARCHAR NOT NULL,
    address           VARCHAR NOT NULL,
    articles          BIGINT NOT NULL,
    facts             BIGINT NOT NULL,
    set_aside         BIGINT NOT NULL,
    ignored           BIGINT NOT NULL,
    unknown           BIGINT NOT NULL,
    ignored_by_reason VARCHAR,
    unknown_contexts  VARCHAR
);
COMMENT ON TABLE core.document_coverage IS 'One current document: what became of every figure in it, kept (文档覆盖率).';
COMMENT ON COLUMN core.document_coverage.document_key IS 'SHA-256 of the bytes (文档指纹).';
COMMENT ON COLUMN core.document_coverage.document IS 'File name of the document (文档).';
COMMENT ON COLUMN core.document_coverage.address IS 'Path or URL where it was found (地址).';
COMMENT ON COLUMN core.document_coverage.articles IS 'Articles in it (文章数).';
COMMENT ON COLUMN core.document_coverage.facts IS 'Mentions that state a metric (事实数).';
COMMENT ON COLUMN core.document_coverage.set_aside IS 'Figures set aside by a check (隔离数).';
COMMENT ON COLUMN core.document_coverage.ignored IS 'Figures ignored with a reason (忽略数).';
COMMENT ON COLUMN core.document_coverage.unknown IS 'Figures that no rule could place (未识别数).';
COMMENT ON COLUMN core.document_coverage.ignored_by_reason IS 'Reasons with their counts, most frequent first (忽略原因).';
COMMENT ON COLUMN core.document_coverage.unknown_contexts IS 'Each unknown figure with its sentence, a line each (未识别语境).';

-- Grain: one current document, as it was folded.
CREATE TABLE core.folded_document (
    document_key   VARCHAR NOT NULL,
    signature_keys UBIGINT NOT NULL
);
COMMENT ON TABLE core.folded_document IS 'One current document whose figures stand counted in core.document_coverage (已归并文档).';
COMMENT ON COLUMN core.folded_document.document_key IS 'SHA-256 of the bytes (文档指纹).';
COMMENT ON COLUMN core.folded_document.signature_keys IS 'Hash over the figures that were counted: another one means that they changed (归并签名).';
COMMENT ON COLUMN core.folded_article.signature_keys IS 'Hash over all that was folded: another one means that it changed (归并签名).';
COMMENT ON COLUMN core.folded_story.signature_keys IS 'Hash over all that was folded: another one means that it changed (归并签名).';
