-- Grain: one finding that stands: facts that do not fit each other or their history, explained ones included.
CREATE VIEW mart.findings AS
SELECT
    finding.check_name,
    finding.severity,
    finding.message,
    finding.message_zh,
    finding.explanation,
    finding.explanation_zh,
    article.document,
    article.story_key,
    article.published_on,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    figure.figure,
    figure.sentence,
    finding.first_figure_key,
    finding.second_figure_key,
    finding.figure_keys,
    finding.first_run_key,
    finding.last_run_key
FROM ops.finding AS finding
LEFT JOIN core.fact_figure AS figure ON figure.figure_key = finding.first_figure_key
LEFT JOIN core.current_article AS article USING (article_key)
LEFT JOIN core.dim_metric AS metric USING (metric_key)
WHERE finding.gone_in_run_key IS NULL;
COMMENT ON VIEW mart.findings IS 'Facts that do not fit each other or their history, in a sentence (数据疑点).';
COMMENT ON COLUMN mart.findings.document IS 'File name of the document (文档).';
COMMENT ON COLUMN mart.findings.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.findings.metric_zh IS 'Chinese name of the metric (指标名称).';
