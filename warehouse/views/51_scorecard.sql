-- Grain: donor × recipient × metric × unit × year. A place or year that the texts do not give is NULL, not left out.
CREATE VIEW mart.scorecard AS
WITH total AS (
    -- By keys, which are quicker to group by than their names.
    SELECT
        donor_key,
        recipient_key,
        metric_key,
        unit,
        year,
        sum(value) AS total,
        sum(value_low) AS total_low,
        CASE WHEN count(value_high) = count(*) THEN sum(value_high) END AS total_high,
        max(value) AS largest,
        count(*) AS facts,
        count(DISTINCT story_key) AS stories
    FROM mart.scorecard_fact
    GROUP BY ALL
)
SELECT
    donor.name AS donor,
    donor.place_code AS donor_code,
    recipient.name AS recipient,
    recipient.place_code AS recipient_code,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    total.unit,
    total.year,
    total.total,
    total.total_low,
    total.total_high,
    total.largest,
    total.facts,
    total.stories
FROM total
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_place AS donor ON donor.place_key = total.donor_key
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = total.recipient_key;
COMMENT ON VIEW mart.scorecard IS 'Totals of donor × recipient × metric × unit × year (记分卡). Stories that tell of one thing in different words are summed twice: compare total with largest.';
COMMENT ON COLUMN mart.scorecard.donor IS 'Place that gives; NULL where the texts do not say (支援方).';
COMMENT ON COLUMN mart.scorecard.donor_code IS 'Administrative-division code of the donor (支援方代码).';
COMMENT ON COLUMN mart.scorecard.recipient IS 'Place that receives; NULL where the texts do not say (受援方).';
COMMENT ON COLUMN mart.scorecard.recipient_code IS 'Administrative-division code of the recipient (受援方代码).';
COMMENT ON COLUMN mart.scorecard.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.scorecard.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.scorecard.year IS 'Year in which the periods end, else in which the stories were published (年度).';
COMMENT ON COLUMN mart.scorecard.total IS 'Sum of the values (合计).';
COMMENT ON COLUMN mart.scorecard.total_low IS 'Sum of the lower ends (合计下限).';
COMMENT ON COLUMN mart.scorecard.total_high IS 'Sum of the upper ends; NULL where one is open (合计上限).';
COMMENT ON COLUMN mart.scorecard.largest IS 'Largest single value (最大单值).';
COMMENT ON COLUMN mart.scorecard.facts IS 'Facts summed (事实数).';
COMMENT ON COLUMN mart.scorecard.stories IS 'Stories that state them (报道数).';
