-- Grain: two facts that cannot both be right, as the last audit found them: pairs to look at, not verdicts.
-- The rules of checks/rules with `gives: findings` decide; both facts stay. What a rule explains stands in mart.findings alone.
CREATE VIEW mart.contradictions AS
WITH figure AS NOT MATERIALIZED (
    SELECT figure_key, article_key, metric_key, value, unit, sentence, recipient_key, period_start, period_end
    FROM core.fact_figure
    UNION ALL
    SELECT figure_key, article_key, NULL, value, unit, sentence, NULL, NULL, NULL
    FROM core.unclaimed_figure
)
SELECT
    finding.check_name,
    finding.message,
    finding.message_zh,
    article.story_key,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    first.unit,
    recipient.name AS recipient,
    first.period_start,
    first.period_end,
    first.article_key = second.article_key AS same_article,
    article.document AS first_document,
    first.value AS first_value,
    first.sentence AS first_sentence,
    second_article.document AS second_document,
    second.value AS second_value,
    second.sentence AS second_sentence,
    finding.first_figure_key,
    finding.second_figure_key,
    finding.figure_keys
FROM ops.finding AS finding
JOIN figure AS first ON first.figure_key = finding.first_figure_key
JOIN figure AS second ON second.figure_key = finding.second_figure_key
JOIN core.current_article AS article ON article.article_key = first.article_key
JOIN core.current_article AS second_article ON second_article.article_key = second.article_key
LEFT JOIN core.dim_metric AS metric ON metric.metric_key = coalesce(first.metric_key, second.metric_key)
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = coalesce(first.recipient_key, second.recipient_key)
WHERE finding.gone_in_run_key IS NULL
    AND finding.explanation IS NULL;
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
