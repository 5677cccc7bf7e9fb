-- name: duplicate_date
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: core.dim_date
SELECT day
FROM core.dim_date
GROUP BY day
HAVING count(*) > 1;
