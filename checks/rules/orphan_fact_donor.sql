-- name: orphan_fact_donor
-- severity: block
-- owner: warehouse
-- reason: A donor that the table of places lacks shows as unknown.
-- reason_zh: 支援方不在区划表中，会显示为未写明。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.donor_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_place AS parent WHERE parent.place_key = child.donor_key);
