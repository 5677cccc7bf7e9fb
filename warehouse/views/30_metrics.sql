-- Grain: one fact: document × article × metric × aspect × value, mentions folded; the flat view that people read.
CREATE VIEW mart.metrics AS
SELECT
    document,
    article_key,
    story_key,
    headline,
    outlet,
    published_on,
    metric,
    metric_zh,
    aspect,
    value,
    value_low,
    value_high,
    approximation,
    unit,
    status,
    qualifier,
    is_annual,
    is_part,
    donor,
    donor_code,
    recipient,
    recipient_code,
    organisation,
    programme,
    period_start,
    period_end,
    sector,
    sentence,
    char_start,
    char_end,
    figure,
    mentions,
    rule_code,
    run_key
FROM core.fact;
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
