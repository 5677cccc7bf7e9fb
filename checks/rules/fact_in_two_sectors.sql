-- name: fact_in_two_sectors
-- severity: warn
-- owner: catalogue
-- reason: One sentence that stands as health in one article and as another sector in its repost enters the totals by chance.
-- applies_to: core.fact_figure
-- gives: findings
SELECT
    min(figure_key) AS first_figure_key,
    max(figure_key) AS second_figure_key,
    list(figure_key ORDER BY figure_key) AS figure_keys,
    format('{} is of the sectors {} in one story.', any_value(figure), string_agg(DISTINCT sector, ' and ' ORDER BY sector)) AS message,
    NULL AS explanation
FROM audit_fact
GROUP BY story_key, metric_key, aspect, value, unit, regexp_replace(sentence, '[\s，。；、]', '', 'g')
HAVING count(DISTINCT sector) > 1;
