-- name: duplicate_programme
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: core.dim_programme
SELECT programme_key
FROM core.dim_programme
GROUP BY programme_key
HAVING count(*) > 1;
