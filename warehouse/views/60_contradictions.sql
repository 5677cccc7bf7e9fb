-- Grain: two facts of one story that cannot both be right: pairs to look at, not verdicts.
-- Same metric, unit, status, kind and start, places that do not differ, and intervals apart. Parts and yearly figures are
-- left out. Inside one article a text may tell of several doings one after the other, so there the period must be given,
-- the same to its end, and the sentences differ. Between two articles neither may state the other's value, or they are
-- two doings that both tell of; and 截至目前 ends on the day that each was printed.
CREATE VIEW mart.contradictions AS
WITH level AS (
    SELECT
        fact.*,
        article.story_key,
        article.document,
        article.published_on,
        coalesce(fact.value_high, 1e17) AS highest
    FROM core.fact AS fact
    JOIN core.current_article AS article USING (article_key)
    WHERE fact.aspect = 'level'
        AND NOT fact.is_part
        AND NOT fact.is_annual
), pair AS (
    SELECT
        first.story_key,
        first.metric_key,
        first.unit,
        coalesce(first.recipient_key, second.recipient_key) AS recipient_key,
        first.period_start,
        first.period_end,
        second.period_end AS second_period_end,
        first.article_key = second.article_key AS same_article,
        first.figure_key AS first_figure_key,
        first.article_key AS first_article_key,
        first.document AS first_document,
        first.value AS first_value,
        first.sentence AS first_sentence,
        second.figure_key AS second_figure_key,
        second.article_key AS second_article_key,
        second.document AS second_document,
        second.value AS second_value,
        second.sentence AS second_sentence
    FROM level AS first
    JOIN level AS second
        ON first.story_key = second.story_key
        AND first.metric_key = second.metric_key
        AND first.unit = second.unit
        AND first.status = second.status
        AND first.sector = second.sector
        AND first.qualifier IS NOT DISTINCT FROM second.qualifier
        AND first.period_start IS NOT DISTINCT FROM second.period_start
        AND coalesce(
            first.donor_key = second.donor_key
            OR first.donor_key IN (second.donor_key // 100 * 100, second.donor_key // 10000 * 10000)
            OR second.donor_key IN (first.donor_key // 100 * 100, first.donor_key // 10000 * 10000),
            true
        )
        AND coalesce(first.recipient_key = second.recipient_key, true)
        AND coalesce(first.organisation_key = second.organisation_key, true)
        AND (first.highest < second.value_low OR second.highest < first.value_low)
        AND (coalesce(first.published_on, DATE '9999-12-31'), first.article_key, first.char_start)
            < (coalesce(second.published_on, DATE '9999-12-31'), second.article_key, second.char_start)
), within_article AS (
    SELECT *
    FROM pair
    WHERE same_article
        AND period_end = second_period_end
        AND first_sentence <> second_sentence
), between_articles AS (
    SELECT pair.*
    FROM pair
    WHERE NOT same_article
        AND NOT EXISTS (
            FROM level
            WHERE level.metric_key = pair.metric_key
                AND (
                    (level.article_key = pair.second_article_key AND level.value = pair.first_value)
                    OR (level.article_key = pair.first_article_key AND level.value = pair.second_value)
                )
        )
), looked_at AS (
    SELECT * FROM within_article
    UNION ALL
    SELECT * FROM between_articles
)
SELECT
    looked_at.story_key,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    looked_at.unit,
    recipient.name AS recipient,
    looked_at.period_start,
    looked_at.period_end,
    looked_at.same_article,
    looked_at.first_document,
    looked_at.first_value,
    looked_at.first_sentence,
    looked_at.second_document,
    looked_at.second_value,
    looked_at.second_sentence,
    looked_at.first_figure_key,
    looked_at.second_figure_key
FROM looked_at
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = looked_at.recipient_key;
COMMENT ON VIEW mart.contradictions IS 'Two facts of one story that cannot both be right, with both sentences (矛盾数字).';
COMMENT ON COLUMN mart.contradictions.metric IS 'Code of the metric in the catalogue (指标代码).';
COMMENT ON COLUMN mart.contradictions.metric_zh IS 'Chinese name of the metric (指标名称).';
COMMENT ON COLUMN mart.contradictions.recipient IS 'Place that receives (受援方).';
COMMENT ON COLUMN mart.contradictions.same_article IS 'True where one article contradicts itself (同篇矛盾).';
COMMENT ON COLUMN mart.contradictions.first_document IS 'Document of the earlier fact (文档一).';
COMMENT ON COLUMN mart.contradictions.first_value IS 'Value of the earlier fact (数值一).';
COMMENT ON COLUMN mart.contradictions.first_sentence IS 'Sentence of the earlier fact (原句一).';
COMMENT ON COLUMN mart.contradictions.second_document IS 'Document of the later fact (文档二).';
COMMENT ON COLUMN mart.contradictions.second_value IS 'Value of the later fact (数值二).';
COMMENT ON COLUMN mart.contradictions.second_sentence IS 'Sentence of the later fact (原句二).';
COMMENT ON COLUMN mart.contradictions.first_figure_key IS 'First mention of the earlier fact (数字主键一).';
COMMENT ON COLUMN mart.contradictions.second_figure_key IS 'First mention of the later fact (数字主键二).';
