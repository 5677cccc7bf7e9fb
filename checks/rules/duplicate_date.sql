-- name: duplicate_date
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: core.dim_date
SELECT day
FROM core.dim_date
GROUP BY day
HAVING count(*) > 1;
