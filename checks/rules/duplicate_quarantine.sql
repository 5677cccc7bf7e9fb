-- name: duplicate_quarantine
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: ops.quarantine
SELECT quarantine_key
FROM ops.quarantine
GROUP BY quarantine_key
HAVING count(*) > 1;
