-- name: other_sector_in_health_mart
-- severity: block
-- owner: catalogue
-- reason: A paving project paid from aid funds must not enter a health total.
-- reason_zh: 用援助资金修路等其他领域的项目，不得计入卫生合计。
-- applies_to: mart.scorecard_fact
SELECT card.figure_key
FROM mart.scorecard_fact AS card
JOIN core.fact_figure AS figure USING (figure_key)
WHERE figure.sector <> 'health';
