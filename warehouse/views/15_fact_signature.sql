-- Grain: one current article that has facts: a hash over its mentions, in whatever order they stand.
-- All that folding reads is in it. The words of a sentence change only where its document is read anew, and so the run.
CREATE VIEW core.fact_signature AS
SELECT
    figure.article_key,
    any_value(article.story_key) AS story_key,
    bit_xor(
        hash(
            figure.figure_key, figure.metric_key, figure.aspect, figure.value, figure.value_low, figure.value_high,
            figure.approximation, figure.unit, figure.status, figure.qualifier, figure.is_annual, figure.is_part,
            figure.donor_key, figure.recipient_key, figure.organisation_key, figure.programme_key,
            figure.period_start, figure.period_end, figure.sector, figure.char_start, figure.char_end,
            figure.rule_code, figure.run_key
        )
    ) AS signature_keys,
    any_value(hash(article.kind, article.published_on)) AS article_keys
FROM core.fact_figure AS figure
JOIN core.current_article AS article USING (article_key)
GROUP BY figure.article_key;
COMMENT ON VIEW core.fact_signature IS 'One current article that has facts, with a hash over its mentions (事实签名).';
COMMENT ON COLUMN core.fact_signature.article_keys IS 'Hash over what folding its story reads of the article (文章签名).';
