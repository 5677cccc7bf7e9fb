-- Grain: one fact of one story, reposts folded, with how many articles state it.
CREATE VIEW mart.story_metrics AS
SELECT
    story_key,
    headline,
    first_published_on,
    kind,
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
    donor_province,
    recipient,
    recipient_code,
    recipient_province,
    organisation,
    programme,
    period_start,
    period_end,
    sector,
    figure,
    sentence,
    articles,
    mentions
FROM core.story_fact;
COMMENT ON VIEW mart.story_metrics IS 'One fact of one story, reposts folded (报道指标).';
COMMENT ON COLUMN mart.story_metrics.headline IS 'Headline of the story''s first article (标题).';
COMMENT ON COLUMN mart.story_metrics.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.story_metrics.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.story_metrics.donor IS 'Place that gives (支援方).';
COMMENT ON COLUMN mart.story_metrics.donor_code IS 'Administrative-division code of the donor (支援方代码).';
COMMENT ON COLUMN mart.story_metrics.donor_province IS 'Province of the donor (支援方省份).';
COMMENT ON COLUMN mart.story_metrics.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN mart.story_metrics.recipient_code IS 'Administrative-division code of the recipient (受援方代码).';
COMMENT ON COLUMN mart.story_metrics.recipient_province IS 'Province of the recipient (受援方省份).';
COMMENT ON COLUMN mart.story_metrics.organisation IS 'Body at the recipient''s side that it is about (机构).';
COMMENT ON COLUMN mart.story_metrics.programme IS 'Channel and batch: 援疆 第九批 (项目).';
COMMENT ON COLUMN mart.story_metrics.articles IS 'How many articles state it (报道篇数).';
COMMENT ON COLUMN mart.story_metrics.mentions IS 'How often they state it in all (提及次数).';
