-- Grain: one figure mention that a person corrected or rejected, the original beside it.
CREATE VIEW mart.corrections AS
SELECT
    document.name AS document,
    metric.metric_code AS metric,
    correction.original->>'aspect' AS aspect,
    correction.original->>'figure' AS figure,
    correction.original->>'sentence' AS sentence,
    correction.action,
    CAST(correction.original->>'value' AS DECIMAL(22,4)) AS original_value,
    fact.value AS value,
    correction.corrected,
    correction.reason,
    correction.source,
    correction.original,
    correction.figure_key,
    correction.applied_in_run_key,
    correction.applied_at
FROM core.correction AS correction
LEFT JOIN core.fact_figure AS fact USING (figure_key)
LEFT JOIN core.dim_article AS article
    ON article.article_key = CAST(correction.original->>'article_key' AS BIGINT)
LEFT JOIN raw.document AS document USING (document_key)
LEFT JOIN core.dim_metric AS metric ON metric.metric_key = CAST(correction.original->>'metric_key' AS BIGINT)
WHERE correction.withdrawn_in_run_key IS NULL;
COMMENT ON VIEW mart.corrections IS 'One figure that a person corrected or rejected, the original beside it (人工更正).';
COMMENT ON COLUMN mart.corrections.document IS 'File name of the document (文档).';
COMMENT ON COLUMN mart.corrections.metric IS 'Code of the metric as it was extracted (指标代码).';
COMMENT ON COLUMN mart.corrections.original_value IS 'The value as it was extracted (原始数值).';
COMMENT ON COLUMN mart.corrections.value IS 'The value as it stands; NULL where the fact was rejected (现行数值).';
COMMENT ON COLUMN mart.corrections.reason IS 'Why it was corrected (理由).';
COMMENT ON COLUMN mart.corrections.source IS 'What the correction rests on (依据).';
