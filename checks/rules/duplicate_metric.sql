-- name: duplicate_metric
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: core.dim_metric
SELECT metric_key
FROM core.dim_metric
GROUP BY metric_key
HAVING count(*) > 1;
