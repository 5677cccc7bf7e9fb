-- name: orphan_unclaimed_article
-- severity: block
-- owner: warehouse
-- reason: A figure without its article cannot be looked at again.
-- reason_zh: 数字没有所属文章，无法再作核查。
-- applies_to: core.unclaimed_figure
SELECT child.figure_key
FROM core.unclaimed_figure AS child
WHERE child.article_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_article AS parent WHERE parent.article_key = child.article_key);
