-- name: duplicate_document_outcome
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: ops.document_outcome
SELECT outcome_key
FROM ops.document_outcome
GROUP BY outcome_key
HAVING count(*) > 1;
