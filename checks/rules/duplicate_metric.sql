-- name: duplicate_metric
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: core.dim_metric
SELECT metric_key
FROM core.dim_metric
GROUP BY metric_key
HAVING count(*) > 1;
