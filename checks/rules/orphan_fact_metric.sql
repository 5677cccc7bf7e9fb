-- name: orphan_fact_metric
-- severity: block
-- owner: warehouse
-- reason: A fact of a metric that the catalogue lacks cannot be named or summed.
-- reason_zh: 指标不在目录中的事实，没有名称，也无法合计。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.metric_key IS NOT NULL
    AND NOT EXISTS (FROM core.dim_metric AS parent WHERE parent.metric_key = child.metric_key);
