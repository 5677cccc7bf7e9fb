-- Grain: one fact of one story of the temporary table `changed`: the articles that repost it folded, the earliest news article first.
-- Articles agree on a fact as mentions do in core.fact: where one is silent on place or period it follows the others.
-- Of the periods only the starts must agree: 截至目前 ends on the day that each of the reposts was printed.
WITH told AS (
    SELECT
        fact.*,
        article.story_key,
        article.kind,
        fact.period_start AS period,
        row_number() OVER (
            PARTITION BY article.story_key
            ORDER BY
                article.kind <> 'news', article.published_on NULLS LAST, fact.article_key, fact.char_start,
                fact.figure_key
        ) AS place
    FROM core.fact AS fact
    JOIN core.current_article AS article USING (article_key)
    WHERE article.story_key IN (SELECT story_key FROM changed)
), {agreement}
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
    CAST(sum(mentions) AS BIGINT) AS mentions
FROM filled
GROUP BY
    story_key, metric_key, aspect, value, unit, status, is_annual, sector,
    same_qualifier, same_donor, same_recipient, same_period
