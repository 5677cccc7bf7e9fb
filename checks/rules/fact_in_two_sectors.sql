-- name: fact_in_two_sectors
-- severity: warn
-- owner: catalogue
-- reason: One sentence that stands as health in one article and as another sector in its repost enters the totals by chance.
-- reason_zh: 同一句话在一篇文章中属卫生领域，在其转载中属其他领域，是否计入合计就成了偶然。
-- applies_to: core.fact_figure
-- gives: findings
WITH named AS (
    SELECT * FROM (
        VALUES
            ('health', '卫生'), ('construction', '工程建设'), ('culture_tourism', '文化旅游'), ('education', '教育'),
            ('human_resources', '人力资源'), ('industry', '产业'), ('agriculture', '农业'), ('notices', '启事')
    ) AS sector (sector, name_zh)
), told AS (
    -- Few stories are of two sectors at all: the lists and words below are made of theirs alone, for they are held in memory.
    SELECT *
    FROM audit_fact
    WHERE story_key IN (SELECT story_key FROM audit_fact GROUP BY story_key HAVING min(sector) <> max(sector))
)
SELECT
    min(figure_key) AS first_figure_key,
    max(figure_key) AS second_figure_key,
    list(figure_key ORDER BY figure_key) AS figure_keys,
    format('{} is of the sectors {} in one story.', any_value(figure), string_agg(DISTINCT sector, ' and ' ORDER BY sector)) AS message,
    format(
        '{}在同一报道中分属不同领域：{}。',
        any_value(figure),
        string_agg(DISTINCT coalesce(named.name_zh, '其他'), '、' ORDER BY coalesce(named.name_zh, '其他'))
    ) AS message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM told
LEFT JOIN named USING (sector)
GROUP BY story_key, metric_key, aspect, value, unit, regexp_replace(sentence, '[\s，。；、]', '', 'g')
HAVING count(DISTINCT sector) > 1;
