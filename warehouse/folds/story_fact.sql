-- Grain: one fact of one story of the temporary table `changed`: the articles that repost it folded, the earliest news article first.
-- Articles agree on a fact as mentions do in core.fact: where one is silent on place or period it follows the others.
-- Of the periods only the starts must agree: 截至目前 ends on the day that each of the reposts was printed.
WITH told AS (
    SELECT
        *,
        period_start AS period,
        row_number() OVER (
            PARTITION BY story_key
            ORDER BY kind <> 'news', published_on NULLS LAST, article_key, char_start, figure_key
        ) AS place
    FROM core.fact
    WHERE story_key IN (SELECT story_key FROM changed)
), {agreement}, folded AS (
    SELECT
        story_key,
        arg_min(figure_key, place) AS figure_key,
        arg_min(article_key, place) AS article_key,
        arg_min(kind, place) AS kind,
        metric_key,
        aspect,
        value,
        arg_min(value_low, place) AS value_low,
        list(value_high ORDER BY place)[1] AS value_high,
        arg_min(approximation, place) AS approximation,
        unit,
        status,
        max(qualifier) AS qualifier,
        is_annual,
        bool_or(is_part) AS is_part,
        -- The code of a city is greater than its province's.
        max(donor_key) AS donor_key,
        max(recipient_key) AS recipient_key,
        list(organisation_key ORDER BY place) FILTER (organisation_key IS NOT NULL)[1] AS organisation_key,
        list(programme_key ORDER BY place) FILTER (programme_key IS NOT NULL)[1] AS programme_key,
        max(period_start) AS period_start,
        list(period_end ORDER BY place) FILTER (period_end IS NOT NULL)[1] AS period_end,
        sector,
        arg_min(sentence, place) AS sentence,
        arg_min(figure, place) AS figure,
        count(DISTINCT article_key) AS articles,
        CAST(sum(mentions) AS BIGINT) AS mentions,
        min(place) AS first_place
    FROM filled
    GROUP BY
        story_key, metric_key, aspect, value, unit, status, is_annual, sector,
        same_qualifier, same_donor, same_recipient, same_period
)
SELECT
    folded.* EXCLUDE (first_place),
    story.headline,
    story.first_published_on,
    year(coalesce(folded.period_end, folded.period_start, story.first_published_on)) AS year,
    -- Only what adds up: levels of additive metrics, actual, in the health sector, told as news; no yearly figure, no part.
    metric.is_additive
        AND folded.aspect = 'level'
        AND folded.status = 'actual'
        AND NOT folded.is_annual
        AND NOT folded.is_part
        AND folded.sector = 'health'
        AND folded.kind = 'news' AS is_counted,
    metric.metric_code AS metric,
    metric.name_zh AS metric_zh,
    donor.name AS donor,
    donor.place_code AS donor_code,
    giver.name AS donor_province,
    recipient.name AS recipient,
    recipient.place_code AS recipient_code,
    taker.name AS recipient_province,
    organisation.name AS organisation,
    programme.name AS programme
FROM folded
JOIN core.dim_story AS story USING (story_key)
JOIN core.dim_metric AS metric USING (metric_key)
LEFT JOIN core.dim_place AS donor ON donor.place_key = folded.donor_key
LEFT JOIN core.dim_place AS giver ON giver.place_code = donor.place_code[1:2] || '0000'
LEFT JOIN core.dim_place AS recipient ON recipient.place_key = folded.recipient_key
LEFT JOIN core.dim_place AS taker ON taker.place_code = recipient.place_code[1:2] || '0000'
LEFT JOIN core.dim_organisation AS organisation USING (organisation_key)
LEFT JOIN core.dim_programme AS programme USING (programme_key)
-- Neighbours share most of what they say, so that they take a fifth less room than in any order.
ORDER BY story_key, folded.first_place
