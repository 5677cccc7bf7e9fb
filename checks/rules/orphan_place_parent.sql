-- name: orphan_place_parent
-- severity: block
-- owner: warehouse
-- reason: A place without the one above it breaks the roll-up to prefecture and province.
-- reason_zh: 地区没有上级区划，无法逐级汇总到地（市）和省。
-- applies_to: core.dim_place
SELECT child.place_key
FROM core.dim_place AS child
WHERE child.parent_code IS NOT NULL
    AND NOT EXISTS (FROM core.dim_place AS parent WHERE parent.place_code = child.parent_code);
