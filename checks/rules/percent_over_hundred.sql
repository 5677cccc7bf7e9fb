-- name: percent_over_hundred
-- severity: quarantine
-- owner: catalogue
-- reason: No more than all pass an exam or are rescued: a rate over 100 is a misreading, and a mean over it means nothing. Beds alone can be more than full.
-- reason_zh: 考试通过率、救治成功率至多为100%，超过即为误读，据此求平均没有意义；只有床位使用率可以超过100%。
-- applies_to: core.fact_figure
-- sets_aside: core.fact_figure
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.dim_metric AS metric USING (metric_key)
WHERE figure.unit = 'percent'
    AND figure.value > 100
    AND (figure.aspect = 'share' OR (figure.aspect = 'level' AND metric.metric_code <> 'bed_occupancy'));
