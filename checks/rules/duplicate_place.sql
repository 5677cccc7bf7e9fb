-- name: duplicate_place
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: core.dim_place
SELECT place_key
FROM core.dim_place
GROUP BY place_key
HAVING count(*) > 1;
