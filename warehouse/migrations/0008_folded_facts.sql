-- Grain: one fact of one current article, one fact of one story, and what of both is folded: kept, where views computed
-- them in every question. `warehouse.folding` brings them up to date where mentions changed; a blocking rule proves it.
DROP VIEW IF EXISTS core.fact;
DROP VIEW IF EXISTS core.story_fact;

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
    run_key          VARCHAR NOT NULL
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
    mentions         BIGINT NOT NULL
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

-- Grain: one current article that has facts, as it was folded.
CREATE TABLE core.folded_article (
    article_key    BIGINT  NOT NULL,
    signature_keys UBIGINT NOT NULL
);
COMMENT ON TABLE core.folded_article IS 'One current article whose mentions stand folded in core.fact (已归并文章).';
COMMENT ON COLUMN core.folded_article.article_key IS 'The article (文章主键).';
COMMENT ON COLUMN core.folded_article.signature_keys IS 'Hash over the mentions that were folded: another one means that they changed (归并签名).';

-- Grain: one story that has facts, as it was folded.
CREATE TABLE core.folded_story (
    story_key      BIGINT  NOT NULL,
    signature_keys UBIGINT NOT NULL
);
COMMENT ON TABLE core.folded_story IS 'One story whose facts stand folded in core.story_fact (已归并报道).';
COMMENT ON COLUMN core.folded_story.story_key IS 'The story (报道主键).';
COMMENT ON COLUMN core.folded_story.signature_keys IS 'Hash over the articles that were folded: another one means that they changed (归并签名).';
