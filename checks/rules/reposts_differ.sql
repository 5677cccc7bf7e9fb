-- name: reposts_differ
-- severity: warn
-- owner: editor
-- reason: Two papers that print one story with two sizes of one thing: one of them slipped.
-- reason_zh: 两家媒体刊载同一报道，同一事项的数字不同，其中一家有误。
-- applies_to: core.fact_figure
-- gives: findings
--
-- The words beside the two figures must be alike, and neither article may state the other's value, or they tell of two
-- doings. 截至目前 ends on the day that each was printed, so of the periods only the starts must agree, and 今天 is such a day.
-- Reports of two months in the same words look like reposts: a repost is printed within a week, or agrees in nine facts for
-- each in which it differs.
--
-- Up to 50 mentions of one metric in one story are compared each with each. Of more, each is compared with the next one in
-- the order of printing and with the first of the size that is printed most: a size that differs is found beside those, and
-- a story in a thousand papers costs and tells no more than a thousand comparisons.
WITH told AS (
    SELECT
        *,
        hash(story_key, metric_key, unit, status, sector) AS thing_key,
        skeleton(right(words_before, 12)) || '#' || noun AS wording
    FROM audit_fact
    WHERE aspect = 'level'
        AND NOT is_part
        AND NOT is_annual
        AND story_key IN (
            SELECT story_key FROM audit_fact GROUP BY story_key HAVING count(DISTINCT article_key) > 1
        )
), level AS MATERIALIZED (
    SELECT
        *,
        count(*) OVER thing AS mentions_of_thing,
        row_number() OVER (thing ORDER BY coalesce(published_on, DATE '9999-12-31'), article_key, char_start) AS place
    FROM told
    WINDOW thing AS (PARTITION BY thing_key)
), often AS (
    -- Of each thing that is mentioned more often: the first mention of the size that is printed most.
    SELECT thing_key, first_place
    FROM (
        SELECT thing_key, count(*) AS printed, min(place) AS first_place
        FROM level
        WHERE mentions_of_thing > 50
        GROUP BY thing_key, value
    )
    QUALIFY row_number() OVER (PARTITION BY thing_key ORDER BY printed DESC, first_place) = 1
), met AS MATERIALIZED (
    SELECT first.figure_key AS first_key, second.figure_key AS second_key
    FROM level AS first
    JOIN level AS second USING (thing_key)
    WHERE first.mentions_of_thing <= 50
        AND second.mentions_of_thing <= 50
        AND first.place < second.place
    UNION
    SELECT first.figure_key, second.figure_key
    FROM (SELECT *, place + 1 AS next_place FROM level WHERE mentions_of_thing > 50) AS first
    JOIN level AS second ON second.thing_key = first.thing_key AND second.place = first.next_place
    UNION
    SELECT
        CASE WHEN usual.place < other.place THEN usual.figure_key ELSE other.figure_key END,
        CASE WHEN usual.place < other.place THEN other.figure_key ELSE usual.figure_key END
    FROM often
    JOIN level AS usual ON usual.thing_key = often.thing_key AND usual.place = often.first_place
    JOIN level AS other ON other.thing_key = often.thing_key
    WHERE other.value <> usual.value
), begun AS MATERIALIZED (
    -- One end at a time: with both ends in one join the planner may meet every mention with every other.
    SELECT level.*, met.second_key
    FROM met
    JOIN level ON level.figure_key = met.first_key
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
    FROM begun AS first
    JOIN level AS second ON second.figure_key = first.second_key
    WHERE first.article_key <> second.article_key
        AND first.qualifier IS NOT DISTINCT FROM second.qualifier
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
                AND other.article_key = second.article_key
                AND other.value = first.value
        )
        AND NOT EXISTS (
            FROM level AS other
            WHERE other.metric_key = first.metric_key
                AND other.article_key = first.article_key
                AND other.value = second.value
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
    format('同一报道，一家写作{}，另一家写作{}。', first_printed, second_printed) AS message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM differing
LEFT JOIN agreeing USING (first_article, second_article)
WHERE days_apart <= 7
    OR coalesce(agreeing, 0) >= 9 * differing;
