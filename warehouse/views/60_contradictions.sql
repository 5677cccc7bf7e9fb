-- Grain: two facts that cannot both be right, as the last audit found them: pairs to look at, not verdicts.
-- The rules of checks/rules with `gives: findings` decide; both facts stay. What a rule explains stands in mart.findings alone.
CREATE VIEW mart.contradictions AS
WITH finding AS (
    SELECT check_name, message, message_zh, first_figure_key, second_figure_key, figure_keys
    FROM ops.finding
    WHERE gone_in_run_key IS NULL
        AND explanation IS NULL
), concerned AS (
    SELECT first_figure_key AS figure_key FROM finding
    UNION
    SELECT second_figure_key FROM finding
), fact AS (
    -- Both sides of all pairs at once: a million figures are looked through once, the others only where any is missing.
    SELECT figure_key, article_key, metric_key, value, unit, sentence, recipient_key, period_start, period_end
    FROM core.fact_figure
    SEMI JOIN concerned USING (figure_key)
), other AS (
    SELECT figure_key
    FROM concerned
    ANTI JOIN fact USING (figure_key)
), figure AS (
    FROM fact
    UNION ALL
    SELECT figure_key, article_key, NULL, value, unit, sentence, NULL, NULL, NULL
    FROM core.unclaimed_figure
    SEMI JOIN other USING (figure_key)
), article AS (
    SELECT article_key, story_key, document_key
    FROM core.dim_article
    SEMI JOIN figure USING (article_key)
), told AS (
    -- The documents that are kept are the current ones.
    SELECT figure.*, article.story_key, document.document
    FROM figure
    JOIN article USING (article_key)
    JOIN core.document_coverage AS document USING (document_key)
)
SELECT
    finding.check_name,
    finding.message,
    finding.message_zh,
    first.story_key,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    first.unit,
    recipient.name AS recipient,
    first.period_start,
    first.period_end,
    first.article_key = second.article_key AS same_article,
    first.document AS first_document,
    first.value AS first_value,
    first.sentence AS first_sentence,
    second.document AS second_document,
    second.value AS second_value,
    second.sentence AS second_sentence,
    finding.first_figure_key,
    finding.second_figure_key,
    finding.figure_keys
FROM finding
JOIN told AS first ON first.figure_key = finding.first_figure_key
JOIN told AS second ON second.figure_key = finding.second_figure_key
LEFT JOIN core.dim_metric AS metric ON metric.metric_key = coalesce(first.metric_key, second.metric_key)
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = coalesce(first.recipient_key, second.recipient_key);
COMMENT ON VIEW mart.contradictions IS 'Two facts that cannot both be right, with both sentences (矛盾数字).';
COMMENT ON COLUMN mart.contradictions.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.contradictions.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.contradictions.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN mart.contradictions.same_article IS 'True where one article contradicts itself (同篇矛盾).';
COMMENT ON COLUMN mart.contradictions.first_document IS 'Document of the earlier fact, or of the total (文档一).';
COMMENT ON COLUMN mart.contradictions.first_value IS 'Value of the earlier fact, or of the total (数值一).';
COMMENT ON COLUMN mart.contradictions.first_sentence IS 'Sentence of the earlier fact, or of the total (原句一).';
COMMENT ON COLUMN mart.contradictions.second_document IS 'Document of the later fact, or of the first part (文档二).';
COMMENT ON COLUMN mart.contradictions.second_value IS 'Value of the later fact, or of the first part (数值二).';
COMMENT ON COLUMN mart.contradictions.second_sentence IS 'Sentence of the later fact, or of the first part (原句二).';
