-- name: fact_unit_of_another_kind
-- severity: quarantine
-- owner: catalogue
-- reason: Money under a count of people, or days under money, is a wrong metric: a sum over it means nothing.
-- reason_zh: 人数指标记成金额，或金额指标记成天数，是指标判错，合计没有意义。
-- applies_to: core.fact_figure
-- sets_aside: core.fact_figure
WITH kinds AS (
    SELECT * FROM (VALUES ('CNY', 'money'), ('m2', 'area'), ('day', 'time'), ('percent', 'rate')) AS kind (unit, kind)
)
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN kinds AS given ON given.unit = figure.unit
LEFT JOIN kinds AS wanted ON wanted.unit = metric.unit
WHERE figure.aspect IN ('level', 'yoy_abs')
    AND coalesce(given.kind, 'count') <> coalesce(wanted.kind, 'count');
