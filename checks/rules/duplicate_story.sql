-- name: duplicate_story
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: core.dim_story
SELECT story_key
FROM core.dim_story
GROUP BY story_key
HAVING count(*) > 1;
