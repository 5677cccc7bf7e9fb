-- name: fact_unit_not_of_catalogue
-- severity: warn
-- owner: catalogue
-- reason: A level in another unit than its metric's is summed apart; staff in 人次 are known to be so.
-- reason_zh: 数量的单位与指标的标准单位不同，只能另行合计；人员以人次计属已知情形。
-- applies_to: core.fact_figure
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.dim_metric AS metric USING (metric_key)
WHERE figure.aspect IN ('level', 'yoy_abs')
    AND figure.unit <> metric.unit
    AND NOT (figure.unit IN ('person', 'person_time') AND metric.unit IN ('person', 'person_time'));
