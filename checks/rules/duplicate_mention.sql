-- name: duplicate_mention
-- severity: warn
-- owner: extraction
-- reason: Two facts of one span, metric and aspect are one mention under two keys.
-- reason_zh: 位置、指标、性质都相同的两条事实，是同一处提及用了两个主键。
-- applies_to: core.fact_figure
SELECT max(figure_key)
FROM core.fact_figure
GROUP BY article_key, char_start, char_end, metric_key, aspect
HAVING count(*) > 1;
