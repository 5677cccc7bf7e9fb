-- Grain: one row a figure mention in one article version; those that state a metric apart from those that do not.
-- Amounts are DECIMAL(22,4): 18 digits before the point hold 10^15 yuan a thousand times over, 4 after it hold 0.0001
-- (28289.17 m2, -0.31 days). DECIMAL(18,4) would fit 64 bits but end under 10^14.

-- Grain: one figure mention in one article version.
CREATE TABLE core.fact_figure (
    figure_key        BIGINT        NOT NULL,
    article_key       BIGINT        NOT NULL,
    metric_key        BIGINT        NOT NULL,
    aspect            VARCHAR       NOT NULL,
    value             DECIMAL(22,4) NOT NULL,
    value_low         DECIMAL(22,4) NOT NULL,
    value_high        DECIMAL(22,4),
    approximation     VARCHAR       NOT NULL,
    unit              VARCHAR       NOT NULL,
    status            VARCHAR       NOT NULL,
    qualifier         VARCHAR,
    is_annual         BOOLEAN       NOT NULL,
    is_part           BOOLEAN       NOT NULL,
    donor_key         BIGINT,
    recipient_key     BIGINT,
    organisation_key  BIGINT,
    programme_key     BIGINT,
    period_start      DATE,
    period_end        DATE,
    sector            VARCHAR       NOT NULL,
    sentence          VARCHAR       NOT NULL,
    sentence_start    BIGINT        NOT NULL,
    char_start        BIGINT        NOT NULL,
    char_end          BIGINT        NOT NULL,
    figure            VARCHAR       NOT NULL,
    rule_code         VARCHAR       NOT NULL,
    donor_step        VARCHAR,
    recipient_step    VARCHAR,
    period_step       VARCHAR,
    run_key           VARCHAR       NOT NULL,
    extractor_version VARCHAR       NOT NULL
);
COMMENT ON TABLE core.fact_figure IS 'One figure mention in one article version that states a metric (指标数字).';
COMMENT ON COLUMN core.fact_figure.figure_key IS 'Hash of article, span, metric and aspect (数字主键).';
COMMENT ON COLUMN core.fact_figure.article_key IS 'The article that states it (文章主键).';
COMMENT ON COLUMN core.fact_figure.metric_key IS 'The metric (指标主键).';
COMMENT ON COLUMN core.fact_figure.aspect IS 'level, yoy_pct, yoy_abs, change_pct, change_pp, multiple or share (度量方面).';
COMMENT ON COLUMN core.fact_figure.value IS 'The figure as written, in the canonical unit (数值).';
COMMENT ON COLUMN core.fact_figure.value_low IS 'Lower end of what the wording allows (下限).';
COMMENT ON COLUMN core.fact_figure.value_high IS 'Upper end of what the wording allows; NULL where open (上限).';
COMMENT ON COLUMN core.fact_figure.approximation IS 'exact, about, at_least or at_most (近似程度).';
COMMENT ON COLUMN core.fact_figure.unit IS 'Canonical unit; percent and times for rates of change (标准单位).';
COMMENT ON COLUMN core.fact_figure.status IS 'actual or planned (实际或计划).';
COMMENT ON COLUMN core.fact_figure.qualifier IS 'The kind that narrows the metric: 白内障, 三四级 (限定).';
COMMENT ON COLUMN core.fact_figure.is_annual IS 'True for a yearly figure: 年均, 每年 (年度值).';
COMMENT ON COLUMN core.fact_figure.is_part IS 'True for a part of a whole that the story also states: 其中 (部分值).';
COMMENT ON COLUMN core.fact_figure.donor_key IS 'The place that gives (支援方主键).';
COMMENT ON COLUMN core.fact_figure.recipient_key IS 'The place that receives (受援方主键).';
COMMENT ON COLUMN core.fact_figure.organisation_key IS 'The body at the recipient''s side that it is about (机构主键).';
COMMENT ON COLUMN core.fact_figure.programme_key IS 'The programme (项目主键).';
COMMENT ON COLUMN core.fact_figure.period_start IS 'First day over which it accrued (起始日期).';
COMMENT ON COLUMN core.fact_figure.period_end IS 'Last day over which it accrued (截止日期).';
COMMENT ON COLUMN core.fact_figure.sector IS 'health, or another (领域).';
COMMENT ON COLUMN core.fact_figure.sentence IS 'The sentence that states it (原句).';
COMMENT ON COLUMN core.fact_figure.sentence_start IS 'Where the sentence begins in the article''s text, characters from 0 (原句起点).';
COMMENT ON COLUMN core.fact_figure.char_start IS 'Where the figure begins in the article''s text, characters from 0 (数字起点).';
COMMENT ON COLUMN core.fact_figure.char_end IS 'Where it ends, exclusive (数字终点).';
COMMENT ON COLUMN core.fact_figure.figure IS 'The figure as printed (原文数字).';
COMMENT ON COLUMN core.fact_figure.rule_code IS 'The rule that decided the metric (规则代码).';
COMMENT ON COLUMN core.fact_figure.donor_step IS 'Where the donor came from: clause, sentence, paragraph, story or headline (支援方依据).';
COMMENT ON COLUMN core.fact_figure.recipient_step IS 'Where the recipient came from (受援方依据).';
COMMENT ON COLUMN core.fact_figure.period_step IS 'Where the period came from (时段依据).';
COMMENT ON COLUMN core.fact_figure.run_key IS 'The run that loaded it (运行编号).';
COMMENT ON COLUMN core.fact_figure.extractor_version IS 'Extractor that made it (抽取器版本).';

-- Grain: one figure mention in one article version that states no metric.
CREATE TABLE core.unclaimed_figure (
    figure_key        BIGINT  NOT NULL,
    article_key       BIGINT  NOT NULL,
    char_start        BIGINT  NOT NULL,
    char_end          BIGINT  NOT NULL,
    figure            VARCHAR NOT NULL,
    value             DECIMAL(22,4),
    unit              VARCHAR,
    disposition       VARCHAR NOT NULL,
    reason            VARCHAR NOT NULL,
    rule_code         VARCHAR NOT NULL,
    sentence          VARCHAR NOT NULL,
    run_key           VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE core.unclaimed_figure IS 'One figure mention in one article version that states no metric, and why (未采用数字).';
COMMENT ON COLUMN core.unclaimed_figure.figure_key IS 'Hash of article and span (数字主键).';
COMMENT ON COLUMN core.unclaimed_figure.article_key IS 'The article that holds it (文章主键).';
COMMENT ON COLUMN core.unclaimed_figure.char_start IS 'Where it begins in the article''s text, characters from 0 (数字起点).';
COMMENT ON COLUMN core.unclaimed_figure.char_end IS 'Where it ends, exclusive (数字终点).';
COMMENT ON COLUMN core.unclaimed_figure.figure IS 'The figure as printed (原文数字).';
COMMENT ON COLUMN core.unclaimed_figure.value IS 'Its value in the unit as printed; NULL where it is beyond an amount (数值).';
COMMENT ON COLUMN core.unclaimed_figure.unit IS 'The unit as printed (原文单位).';
COMMENT ON COLUMN core.unclaimed_figure.disposition IS 'ignored or unknown (处置).';
COMMENT ON COLUMN core.unclaimed_figure.reason IS 'Why it is no fact: age, ordinal, date, … (原因).';
COMMENT ON COLUMN core.unclaimed_figure.rule_code IS 'The rule that decided (规则代码).';
COMMENT ON COLUMN core.unclaimed_figure.sentence IS 'The sentence that holds it (原句).';
COMMENT ON COLUMN core.unclaimed_figure.run_key IS 'The run that loaded it (运行编号).';
COMMENT ON COLUMN core.unclaimed_figure.extractor_version IS 'Extractor that made it (抽取器版本).';
