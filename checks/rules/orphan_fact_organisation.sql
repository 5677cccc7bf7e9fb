-- name: orphan_fact_organisation
-- severity: block
-- owner: warehouse
-- reason: A fact would lose the body that it is about.
-- reason_zh: 机构查不到，事实就失去所说的机构。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.organisation_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_organisation AS parent WHERE parent.organisation_key = child.organisation_key);
