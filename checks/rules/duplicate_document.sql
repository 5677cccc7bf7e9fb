-- name: duplicate_document
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: raw.document
SELECT document_key
FROM raw.document
GROUP BY document_key
HAVING count(*) > 1;
