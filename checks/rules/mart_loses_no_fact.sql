-- name: mart_loses_no_fact
-- severity: block
-- owner: warehouse
-- reason: Folding mentions must lose none: those of current documents are the mentions that the view counts.
-- reason_zh: 归并各处提及不得遗漏：现行文档中的提及数须等于视图所计之数。
-- applies_to: core.fact_figure
SELECT held.article_key
FROM (
    SELECT article_key, count(*) AS mentions
    FROM core.fact_figure
    JOIN core.current_article USING (article_key)
    GROUP BY article_key
) AS held
LEFT JOIN (
    SELECT article_key, sum(mentions) AS mentions
    FROM mart.metrics
    GROUP BY article_key
) AS shown USING (article_key)
WHERE held.mentions IS DISTINCT FROM shown.mentions;
