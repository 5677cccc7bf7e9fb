-- name: orphan_fact_article
-- severity: block
-- owner: warehouse
-- reason: A fact without its article has no evidence.
-- reason_zh: 事实没有所属文章，就没有证据。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.article_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_article AS parent WHERE parent.article_key = child.article_key);
