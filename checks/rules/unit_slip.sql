-- name: unit_slip
-- severity: warn
-- owner: editor
-- reason: 万 for 元 or 亿 for 万 makes a figure ten thousand times too large or too small, and the sum of a year with it.
-- reason_zh: “元”误作“万元”、“万”误作“亿”，数字会大或小一万倍，全年合计也随之出错。
-- applies_to: core.fact_figure
-- gives: findings
--
-- Against the story's other mention: exactly 10 000 or 100 000 000 times, from 10 up, for 1 and 1万 meet by chance. Against the
-- history of its two places (8 facts, Reposts once) or its metric (30), where that is narrow (MAD up to 0.4): within a factor of
-- two of 10 000 or 100 000 000 times the median, either way.
WITH size AS (
    SELECT
        figure_key, article_key, story_key, char_start, figure, metric_key, metric, metric_zh, unit, donor_key, recipient_key,
        value, log10(CAST(value AS DOUBLE)) AS magnitude
    FROM audit_fact
    WHERE aspect = 'level'
        AND value > 0
        AND unit NOT IN ('percent', 'day', 'times')
    QUALIFY row_number() OVER (
        PARTITION BY story_key, metric_key, unit, value ORDER BY published_on, figure_key
    ) = 1
), of_pair AS (
    SELECT metric_key, unit, donor_key, recipient_key, median(magnitude) AS middle
    FROM size
    WHERE donor_key IS NOT NULL
        AND recipient_key IS NOT NULL
    GROUP BY metric_key, unit, donor_key, recipient_key
    HAVING count(*) >= 8
        AND mad(magnitude) <= 0.4
), of_metric AS (
    SELECT metric_key, unit, median(magnitude) AS middle
    FROM size
    GROUP BY metric_key, unit
    HAVING count(*) >= 30
        AND mad(magnitude) <= 0.4
), against_history AS (
    SELECT
        size.figure_key,
        CAST(NULL AS BIGINT) AS other_key,
        pow(10, 4 * round(abs(size.magnitude - coalesce(of_pair.middle, of_metric.middle)) / 4))::BIGINT AS times,
        format(
            '{} is near {} times the usual size of {}.',
            size.figure,
            times
            || CASE WHEN size.magnitude < coalesce(of_pair.middle, of_metric.middle) THEN ' times less than' ELSE '' END,
            size.metric
        ) AS message,
        format(
            '{}约为“{}”通常规模的{}。',
            size.figure,
            size.metric_zh,
            CASE
                WHEN size.magnitude < coalesce(of_pair.middle, of_metric.middle) THEN plain_zh(times) || '分之一'
                ELSE plain_zh(times) || '倍'
            END
        ) AS message_zh,
        abs(size.magnitude - coalesce(of_pair.middle, of_metric.middle)) AS distance
    FROM size
    LEFT JOIN of_pair USING (metric_key, unit, donor_key, recipient_key)
    LEFT JOIN of_metric USING (metric_key, unit)
), against_story AS (
    SELECT
        small.figure_key,
        large.figure_key AS other_key,
        format(
            '{} and {} in one story differ by {} times exactly.',
            small.figure, large.figure, plain(large.value / small.value)
        ) AS message,
        format('同一报道中{}与{}恰好相差{}倍。', small.figure, large.figure, plain_zh(large.value / small.value)) AS message_zh
    FROM size AS small
    JOIN size AS large
        ON large.story_key = small.story_key
        AND large.metric_key = small.metric_key
        AND large.unit = small.unit
        AND large.value IN (small.value * 10000, small.value * 100000000)
    WHERE small.value >= 10
)
SELECT
    figure_key AS first_figure_key,
    other_key AS second_figure_key,
    list_filter([figure_key, other_key], key -> key IS NOT NULL) AS figure_keys,
    message,
    message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM (
    SELECT figure_key, other_key, message, message_zh FROM against_story
    UNION ALL
    SELECT figure_key, other_key, message, message_zh
    FROM against_history
    WHERE abs(distance - 4) < 0.3
        OR abs(distance - 8) < 0.3
);
