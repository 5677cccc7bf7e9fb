-- name: scorecard_sums_what_adds_up
-- severity: block
-- owner: catalogue
-- reason: Plans, yearly figures, parts of a whole, rates and notices do not add up.
-- reason_zh: 计划数、年均数、其中项、比率和启事中的数字不能相加。
-- applies_to: mart.scorecard_fact
SELECT card.figure_key
FROM mart.scorecard_fact AS card
JOIN core.fact_figure AS figure USING (figure_key)
JOIN core.dim_metric AS metric ON metric.metric_key = figure.metric_key
JOIN core.dim_article AS article ON article.article_key = figure.article_key
WHERE NOT metric.is_additive
    OR figure.aspect <> 'level'
    OR figure.status <> 'actual'
    OR figure.is_annual
    OR figure.is_part
    OR article.kind <> 'news';
