-- Grain: one fact of one article of the temporary table `changed`: mentions of the same figure folded, the first mention first.
--
-- Two mentions of one value of one metric and aspect are one fact unless they disagree in what they say of it: status,
-- unit, yearly or not, qualifier, donor, recipient, period. Where one of them is silent it agrees with the nearest
-- mention that speaks. So two spends of 24万元 in two months stay two facts.
WITH told AS (
    SELECT
        figure.*,
        row_number() OVER (PARTITION BY article_key ORDER BY char_start, figure_key) AS place,
        CASE
            WHEN period_start IS NOT NULL OR period_end IS NOT NULL
                THEN {'first': period_start, 'last': period_end}
        END AS period
    FROM core.fact_figure AS figure
    WHERE article_key IN (SELECT article_key FROM changed)
), {agreement}, folded AS (
    SELECT
        arg_min(figure_key, place) AS figure_key,
        article_key,
        metric_key,
        aspect,
        value,
        arg_min(value_low, place) AS value_low,
        -- arg_min would pass over an open end; a list keeps it.
        list(value_high ORDER BY place)[1] AS value_high,
        arg_min(approximation, place) AS approximation,
        unit,
        status,
        max(qualifier) AS qualifier,
        is_annual,
        bool_or(is_part) AS is_part,
        -- What no mention of this very fact says stays unsaid, whatever its neighbours say; of a province and its city the
        -- greater code is the city's.
        max(donor_key) AS donor_key,
        max(recipient_key) AS recipient_key,
        list(organisation_key ORDER BY place) FILTER (organisation_key IS NOT NULL)[1] AS organisation_key,
        list(programme_key ORDER BY place) FILTER (programme_key IS NOT NULL)[1] AS programme_key,
        max(period_start) AS period_start,
        max(period_end) AS period_end,
        sector,
        arg_min(sentence, place) AS sentence,
        min(char_start) AS char_start,
        arg_min(char_end, place) AS char_end,
        arg_min(figure, place) AS figure,
        count(*) AS mentions,
        arg_min(rule_code, place) AS rule_code,
        arg_min(run_key, place) AS run_key
    FROM filled
    GROUP BY
        article_key, metric_key, aspect, value, unit, status, is_annual, sector,
        same_qualifier, same_donor, same_recipient, same_period
)
SELECT
    folded.*,
    article.story_key,
    article.kind,
    article.document,
    article.headline,
    article.outlet,
    article.published_on,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    donor.name AS donor,
    donor.place_code AS donor_code,
    recipient.name AS recipient,
    recipient.place_code AS recipient_code,
    organisation.name AS organisation,
    programme.name AS programme
FROM folded
JOIN core.current_article AS article USING (article_key)
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_place AS donor ON donor.place_key = folded.donor_key
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = folded.recipient_key
LEFT JOIN core.dim_organisation AS organisation USING (organisation_key)
LEFT JOIN core.dim_programme AS programme USING (programme_key)
-- Neighbours share most of what they say, so that they take a fifth less room than in any order.
ORDER BY article_key, folded.char_start, folded.figure_key
