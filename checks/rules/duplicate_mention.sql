-- name: duplicate_mention
-- severity: warn
-- owner: extraction
-- reason: Two facts of one span, metric and aspect are one mention under two keys.
-- applies_to: core.fact_figure
SELECT max(figure_key)
FROM core.fact_figure
GROUP BY article_key, char_start, char_end, metric_key, aspect
HAVING count(*) > 1;
