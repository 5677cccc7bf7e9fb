-- Grain: one fact of one story that enters the scorecard: what each of its totals is made of.
-- Only what adds up: levels of additive metrics, actual, in the health sector, told as news; no yearly figure, no part.
CREATE VIEW mart.scorecard_fact AS
SELECT
    fact.figure_key,
    fact.story_key,
    fact.metric_key,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    fact.donor_key,
    fact.recipient_key,
    year(coalesce(fact.period_end, fact.period_start, story.first_published_on)) AS year,
    fact.value,
    fact.value_low,
    fact.value_high,
    fact.unit,
    fact.articles,
    fact.sentence
FROM core.story_fact AS fact
JOIN core.dim_metric AS metric USING (metric_key)
JOIN core.dim_story AS story USING (story_key)
WHERE metric.is_additive
    AND fact.aspect = 'level'
    AND fact.status = 'actual'
    AND NOT fact.is_annual
    AND NOT fact.is_part
    AND fact.sector = 'health'
    AND fact.kind = 'news';
COMMENT ON VIEW mart.scorecard_fact IS 'One fact of one story that enters the scorecard (记分卡明细).';
COMMENT ON COLUMN mart.scorecard_fact.figure_key IS 'The mention that stands for it (代表提及主键).';
COMMENT ON COLUMN mart.scorecard_fact.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.scorecard_fact.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.scorecard_fact.year IS 'Year in which its period ends, else in which it was published (年度).';
COMMENT ON COLUMN mart.scorecard_fact.articles IS 'How many articles state it (报道篇数).';
