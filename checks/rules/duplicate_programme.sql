-- name: duplicate_programme
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: core.dim_programme
SELECT programme_key
FROM core.dim_programme
GROUP BY programme_key
HAVING count(*) > 1;
