-- name: reposts_differ
-- severity: warn
-- owner: editor
-- reason: Two papers that print one story with two sizes of one thing: one of them slipped.
-- applies_to: core.fact_figure
-- gives: findings
--
-- The words beside the two figures must be alike, and neither article may state the other's value, or they tell of two
-- doings. 截至目前 ends on the day that each was printed, so of the periods only the starts must agree, and 今天 is such a day.
-- Reports of two months in the same words look like reposts: a repost is printed within a week, or agrees in nine facts for
-- each in which it differs.
WITH level AS (
    SELECT
        *,
        skeleton(right(words_before, 12)) || '#' || noun AS wording
    FROM audit_fact
    WHERE aspect = 'level'
        AND NOT is_part
        AND NOT is_annual
        AND story_key IN (
            SELECT story_key FROM audit_fact GROUP BY story_key HAVING count(DISTINCT article_key) > 1
        )
), pair AS MATERIALIZED (
    SELECT
        first.figure_key AS first_figure_key,
        second.figure_key AS second_figure_key,
        first.figure AS first_printed,
        second.figure AS second_printed,
        first.wording AS first_wording,
        second.wording AS second_wording,
        first.article_key AS first_article,
        second.article_key AS second_article,
        abs(date_diff('day', first.published_on, second.published_on)) AS days_apart
    FROM level AS first
    JOIN level AS second
        ON first.story_key = second.story_key
        AND first.metric_key = second.metric_key
        AND first.unit = second.unit
        AND first.status = second.status
        AND first.sector = second.sector
        AND first.article_key <> second.article_key
        AND (coalesce(first.published_on, DATE '9999-12-31'), first.article_key)
            < (coalesce(second.published_on, DATE '9999-12-31'), second.article_key)
    WHERE first.qualifier IS NOT DISTINCT FROM second.qualifier
        AND (
            first.period_start IS NOT DISTINCT FROM second.period_start
            OR (first.period_start = first.published_on AND second.period_start = second.published_on)
        )
        AND places_agree(first.donor_key, second.donor_key)
        AND coalesce(first.recipient_key = second.recipient_key, true)
        AND coalesce(first.organisation_key = second.organisation_key, true)
        AND (first.highest < second.value_low OR second.highest < first.value_low)
        AND NOT EXISTS (
            FROM level AS other
            WHERE other.metric_key = first.metric_key
                AND (
                    (other.article_key = second.article_key AND other.value = first.value)
                    OR (other.article_key = first.article_key AND other.value = second.value)
                )
        )
), differing AS (
    SELECT *, count(*) OVER (PARTITION BY first_article, second_article) AS differing
    FROM pair
    WHERE levenshtein(first_wording, second_wording) * 3 <= greatest(strlen(first_wording), strlen(second_wording))
), agreeing AS (
    SELECT one.article_key AS first_article, other.article_key AS second_article, count(*) AS agreeing
    FROM (SELECT DISTINCT first_article, second_article FROM differing) AS papers
    JOIN level AS one ON one.article_key = papers.first_article
    JOIN level AS other
        ON other.article_key = papers.second_article
        AND other.metric_key = one.metric_key
        AND other.unit = one.unit
        AND other.value = one.value
    GROUP BY ALL
)
SELECT
    first_figure_key,
    second_figure_key,
    [first_figure_key, second_figure_key] AS figure_keys,
    format('One story is printed with {} in one paper and with {} in another.', first_printed, second_printed) AS message,
    NULL AS explanation
FROM differing
LEFT JOIN agreeing USING (first_article, second_article)
WHERE days_apart <= 7
    OR coalesce(agreeing, 0) >= 9 * differing;
