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
