-- name: level_and_growth
-- severity: warn
-- owner: editor
-- reason: A level, last year's level and the growth between them are three figures of which any two give the third.
-- reason_zh: 本期数、上年同期数与增幅，知其二即可得其三，三者须相符。
-- applies_to: core.fact_figure
-- gives: findings
--
-- The growth belongs to the nearest level before it in its sentence. Last year's level is one of the same place, body and kind
-- whose period lies a year before, or that says 上年 or 去年 in the same article. Intervals are compared; printed growth is
-- rounded, so 0.6 of a percentage point is allowed, and one in two hundred of the level for a change in amount.
WITH level AS (
    SELECT *
    FROM audit_fact
    WHERE aspect = 'level'
        AND status = 'actual'
        AND NOT is_part
        AND NOT is_annual
        AND value_low > 0
), growth AS (
    SELECT
        change.figure_key AS change_key,
        change.figure AS change_printed,
        change.aspect,
        change.value AS change,
        least(change.value_low, change.highest) AS change_low,
        greatest(change.value_low, change.highest) AS change_high,
        level.*
    FROM audit_fact AS change
    JOIN level
        ON level.article_key = change.article_key
        AND level.metric_key = change.metric_key
        AND level.sentence = change.sentence
        AND level.char_start < change.char_start
        AND level.qualifier IS NOT DISTINCT FROM change.qualifier
    WHERE change.aspect IN ('yoy_pct', 'yoy_abs')
        AND change.status = 'actual'
        AND NOT regexp_matches(level.words_before, '(上年|去年|上一年|同期)[^，。；]{0,10}$')
    QUALIFY row_number() OVER (PARTITION BY change.figure_key ORDER BY level.char_start DESC) = 1
), last_told AS (
    -- Of a year's level that many articles repeat, one is enough to compare with.
    SELECT *
    FROM level
    WHERE recipient_key IS NOT NULL
        AND period_end IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY
            metric_key, unit, qualifier, sector, recipient_key, organisation_key, period_start, period_end, value
        ORDER BY published_on, figure_key
    ) = 1
), last AS (
    SELECT growth.change_key, last.figure_key AS last_key
    FROM growth
    JOIN level AS last ON last.article_key = growth.article_key AND last.metric_key = growth.metric_key
    WHERE regexp_matches(last.words_before, '(上年|去年|上一年)[^，。；]{0,10}$')
        AND coalesce(last.recipient_key = growth.recipient_key, true)
        AND coalesce(last.organisation_key = growth.organisation_key, true)
    UNION
    SELECT growth.change_key, last.figure_key
    FROM growth
    JOIN last_told AS last
        ON last.metric_key = growth.metric_key
        AND last.recipient_key = growth.recipient_key
        AND last.organisation_key IS NOT DISTINCT FROM growth.organisation_key
        AND last.period_start = CAST(growth.period_start - INTERVAL 1 YEAR AS DATE)
        AND last.period_end = CAST(growth.period_end - INTERVAL 1 YEAR AS DATE)
), triple AS (
    SELECT
        growth.*,
        last.figure_key AS last_key,
        last.figure AS last_printed,
        last.value_low AS last_low,
        last.highest AS last_high
    FROM growth
    JOIN last AS pair USING (change_key)
    JOIN level AS last ON last.figure_key = pair.last_key
    WHERE last.unit = growth.unit
        AND last.figure_key <> growth.figure_key
        AND last.qualifier IS NOT DISTINCT FROM growth.qualifier
        AND last.sector = growth.sector
), expected AS (
    SELECT
        *,
        CASE aspect
            WHEN 'yoy_pct' THEN (value_low / last_high - 1) * 100 - 0.6
            ELSE CAST(value_low - last_high AS DOUBLE) - value_low / 200
        END AS allowed_low,
        CASE aspect
            WHEN 'yoy_pct' THEN (highest / last_low - 1) * 100 + 0.6
            ELSE CAST(highest - last_low AS DOUBLE) + value_low / 200
        END AS allowed_high
    FROM triple
), due AS (
    SELECT
        *,
        CASE aspect
            WHEN 'yoy_pct' THEN format('{:.1f}%', (allowed_low + allowed_high) / 2)
            ELSE format('{:.0f}', (allowed_low + allowed_high) / 2)
        END AS change_due
    FROM expected
)
SELECT
    figure_key AS first_figure_key,
    last_key AS second_figure_key,
    [figure_key, change_key, last_key] AS figure_keys,
    format('{} after {} is a change of {}, and the text says {}.', figure, last_printed, change_due, change_printed) AS message,
    format('上年{}、本期{}，变动应为{}，原文写作{}。', last_printed, figure, change_due, change_printed) AS message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM due
WHERE change_high < allowed_low
    OR change_low > allowed_high;
