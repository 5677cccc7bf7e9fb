-- name: orphan_article_published_on
-- severity: block
-- owner: warehouse
-- reason: A date that the calendar lacks drops out of every join by year.
-- reason_zh: 日历表中没有的日期，按年关联时会漏掉。
-- applies_to: core.dim_article
SELECT child.article_key
FROM core.dim_article AS child
WHERE child.published_on IS NOT NULL
    AND NOT EXISTS (FROM core.dim_date AS parent WHERE parent.day = child.published_on);
