-- name: cumulative_falls
-- severity: warn
-- owner: editor
-- reason: What is counted from one day on can only grow: a later report with less is wrong, or counts something else.
-- reason_zh: 自同一日起的累计数只增不减：后来的报道反而更小，则数字有误或统计对象不同。
-- applies_to: core.fact_figure
-- gives: findings
--
-- Only figures that say so themselves (累计, 先后, 共), with the same first day, donor, recipient, body and kind, and programme
-- where both tell it,
-- in the order of the days up to which they count. Each is compared with the greatest before it.
WITH counted AS (
    SELECT *, coalesce(period_end, published_on) AS counted_to
    FROM audit_fact
    WHERE aspect = 'level'
        AND status = 'actual'
        AND NOT is_part
        AND NOT is_annual
        AND kind = 'news'
        AND period_start IS NOT NULL
        AND published_on IS NOT NULL
        AND donor_key IS NOT NULL
        AND recipient_key IS NOT NULL
        AND regexp_matches(words_before, '(累计|先后|总计|共计|已有|共)[^。；]{0,12}$')
), before AS (
    SELECT
        *,
        max(value_low) OVER earlier AS greatest_low,
        arg_max(figure_key, value_low) OVER earlier AS greatest_key,
        arg_max(figure, value_low) OVER earlier AS greatest_printed,
        arg_max(counted_to, value_low) OVER earlier AS greatest_to,
        arg_max(story_key, value_low) OVER earlier AS greatest_story,
        arg_max(programme_key, value_low) OVER earlier AS greatest_programme
    FROM counted
    WINDOW earlier AS (
        PARTITION BY
            metric_key, unit, qualifier, donor_key, recipient_key, organisation_key, sector, period_start
        ORDER BY counted_to, published_on, article_key, char_start
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
)
SELECT
    greatest_key AS first_figure_key,
    figure_key AS second_figure_key,
    [greatest_key, figure_key] AS figure_keys,
    format('{} up to {} had become {} up to {}.', greatest_printed, greatest_to, figure, counted_to) AS message,
    format('截至{}为{}，截至{}反而减为{}。', greatest_to, greatest_printed, counted_to, figure) AS message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM before
WHERE greatest_low > highest
    AND greatest_to < counted_to
    AND greatest_story <> story_key
    AND coalesce(greatest_programme = programme_key, true);
