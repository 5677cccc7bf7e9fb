-- name: orphan_fact_programme
-- severity: block
-- owner: warehouse
-- reason: A fact would lose its programme.
-- reason_zh: 援助项目查不到，事实就失去所属的援助项目。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.programme_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_programme AS parent WHERE parent.programme_key = child.programme_key);
