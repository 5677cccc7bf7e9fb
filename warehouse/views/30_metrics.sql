-- Grain: one fact: document × article × metric × aspect × value, mentions folded; the flat view that people read.
CREATE VIEW mart.metrics AS
SELECT
    article.document,
    fact.article_key,
    article.story_key,
    article.headline,
    article.outlet,
    article.published_on,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    fact.aspect,
    fact.value,
    fact.value_low,
    fact.value_high,
    fact.approximation,
    fact.unit,
    fact.status,
    fact.qualifier,
    fact.is_annual,
    fact.is_part,
    donor.name AS donor,
    donor.place_code AS donor_code,
    recipient.name AS recipient,
    recipient.place_code AS recipient_code,
    organisation.name AS organisation,
    programme.name AS programme,
    fact.period_start,
    fact.period_end,
    fact.sector,
    fact.sentence,
    fact.char_start,
    fact.char_end,
    fact.figure,
    fact.mentions,
    fact.rule_code,
    fact.run_key
FROM core.fact AS fact
JOIN core.current_article AS article USING (article_key)
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_place AS donor ON donor.place_key = fact.donor_key
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = fact.recipient_key
LEFT JOIN core.dim_organisation AS organisation USING (organisation_key)
LEFT JOIN core.dim_programme AS programme USING (programme_key);
COMMENT ON VIEW mart.metrics IS 'One fact: document × article × metric × aspect × value, mentions folded (指标明细).';
COMMENT ON COLUMN mart.metrics.document IS 'File name of the document (文档).';
COMMENT ON COLUMN mart.metrics.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.metrics.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.metrics.donor IS 'Place that gives (支援方).';
COMMENT ON COLUMN mart.metrics.donor_code IS 'Administrative-division code of the donor (支援方代码).';
COMMENT ON COLUMN mart.metrics.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN mart.metrics.recipient_code IS 'Administrative-division code of the recipient (受援方代码).';
COMMENT ON COLUMN mart.metrics.organisation IS 'Body at the recipient''s side that it is about (机构).';
COMMENT ON COLUMN mart.metrics.programme IS 'Channel and batch: 援疆 第九批 (项目).';
COMMENT ON COLUMN mart.metrics.sentence IS 'Sentence of the first mention (原句).';
COMMENT ON COLUMN mart.metrics.mentions IS 'How often the article states it (提及次数).';
