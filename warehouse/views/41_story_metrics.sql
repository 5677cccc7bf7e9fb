-- Grain: one fact of one story, reposts folded, with how many articles state it.
CREATE VIEW mart.story_metrics AS
SELECT
    fact.story_key,
    story.headline,
    story.first_published_on,
    fact.kind,
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
    fact.figure,
    fact.sentence,
    fact.articles,
    fact.mentions
FROM core.story_fact AS fact
JOIN core.dim_story AS story USING (story_key)
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_place AS donor ON donor.place_key = fact.donor_key
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = fact.recipient_key
LEFT JOIN core.dim_organisation AS organisation USING (organisation_key)
LEFT JOIN core.dim_programme AS programme USING (programme_key);
COMMENT ON VIEW mart.story_metrics IS 'One fact of one story, reposts folded (报道指标).';
COMMENT ON COLUMN mart.story_metrics.headline IS 'Headline of the story''s first article (标题).';
COMMENT ON COLUMN mart.story_metrics.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.story_metrics.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.story_metrics.donor IS 'Place that gives (支援方).';
COMMENT ON COLUMN mart.story_metrics.donor_code IS 'Administrative-division code of the donor (支援方代码).';
COMMENT ON COLUMN mart.story_metrics.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN mart.story_metrics.recipient_code IS 'Administrative-division code of the recipient (受援方代码).';
COMMENT ON COLUMN mart.story_metrics.organisation IS 'Body at the recipient''s side that it is about (机构).';
COMMENT ON COLUMN mart.story_metrics.programme IS 'Channel and batch: 援疆 第九批 (项目).';
COMMENT ON COLUMN mart.story_metrics.articles IS 'How many articles state it (报道篇数).';
COMMENT ON COLUMN mart.story_metrics.mentions IS 'How often they state it in all (提及次数).';
