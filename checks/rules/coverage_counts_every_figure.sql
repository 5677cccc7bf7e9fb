-- name: coverage_counts_every_figure
-- severity: block
-- owner: ledger
-- reason: What became of the figures of a document is kept beside it: it must count those that stand there.
-- reason_zh: 每份文档的数字去向是保存下来的，须与现存的数字一一相符。
-- applies_to: raw.document
WITH figure AS (
    SELECT article_key FROM core.fact_figure
    UNION ALL
    SELECT article_key FROM core.unclaimed_figure
), article AS (
    SELECT article_key, count(*) AS figures
    FROM figure
    GROUP BY article_key
), held AS (
    SELECT document_key, CAST(sum(figures) AS BIGINT) AS figures
    FROM core.current_article
    JOIN article USING (article_key)
    GROUP BY document_key
)
SELECT coalesce(held.document_key, told.document_key)
FROM held
FULL JOIN mart.coverage AS told USING (document_key)
WHERE told.figures - told.set_aside IS DISTINCT FROM coalesce(held.figures, 0);
