-- name: duplicate_run
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: ops.run
SELECT run_key
FROM ops.run
GROUP BY run_key
HAVING count(*) > 1;
