-- name: duplicate_unclaimed_figure
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- reason_zh: 主键重复，凡与之关联的查询和合计都会翻倍。
-- applies_to: core.unclaimed_figure
SELECT figure_key
FROM core.unclaimed_figure
GROUP BY figure_key
HAVING count(*) > 1;
