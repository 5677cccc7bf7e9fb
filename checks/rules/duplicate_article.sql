-- name: duplicate_article
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: core.dim_article
SELECT article_key
FROM core.dim_article
GROUP BY article_key
HAVING count(*) > 1;
