-- name: duplicate_article
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: core.dim_article
SELECT article_key
FROM core.dim_article
GROUP BY article_key
HAVING count(*) > 1;
