-- Grain: one fact of one story that enters the scorecard: what each of its totals is made of.
-- Only what adds up: levels of additive metrics, actual, in the health sector, told as news; no yearly figure, no part
-- (is_counted, in warehouse/folds/story_fact.sql).
CREATE VIEW mart.scorecard_fact AS
SELECT
    figure_key,
    story_key,
    metric_key,
    metric,
    metric_zh,
    donor_key,
    recipient_key,
    year,
    value,
    value_low,
    value_high,
    unit,
    articles,
    sentence
FROM core.story_fact
WHERE is_counted;
COMMENT ON VIEW mart.scorecard_fact IS 'One fact of one story that enters the scorecard (记分卡明细).';
COMMENT ON COLUMN mart.scorecard_fact.figure_key IS 'The mention that stands for it (代表提及主键).';
COMMENT ON COLUMN mart.scorecard_fact.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.scorecard_fact.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.scorecard_fact.year IS 'Year in which its period ends, else in which it was published (年度).';
COMMENT ON COLUMN mart.scorecard_fact.articles IS 'How many articles state it (报道篇数).';
