-- name: duplicate_quarantine
-- severity: block
-- owner: warehouse
-- reason: A key that stands twice doubles every join over it, and every sum.
-- applies_to: ops.quarantine
SELECT quarantine_key
FROM ops.quarantine
GROUP BY quarantine_key
HAVING count(*) > 1;
