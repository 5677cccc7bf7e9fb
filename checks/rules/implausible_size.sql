-- name: implausible_size
-- severity: warn
-- owner: editor
-- reason: A figure far beyond all that was ever reported of its metric, or between these two places, is a misprint or a misreading more often than news.
-- reason_zh: 远远超过该指标历来报道的规模，或两地之间历来规模的数字，多为误植或误读，少有属实。
-- applies_to: core.fact_figure
-- gives: findings
--
-- The robust z of the logarithm, 0.6745 (x - median) / MAD, must not pass 5. Reposts count once. Declared floors: 30 facts
-- of a metric, or 8 between a donor and a recipient, before there is a history; a MAD of 0.3 (a factor of 2) for the metric and
-- 0.15 for the pair, because a history that happens to be even is no reason for alarm; and sizes below which
-- nothing is implausible in any news.
WITH floors AS (
    SELECT * FROM (
        VALUES ('person', 500), ('person_time', 20000), ('operation', 1000), ('CNY', 2000000), ('household', 1000)
    ) AS floor (unit, least_value)
), size AS (
    SELECT
        fact.figure_key, fact.figure, fact.metric_key, fact.metric, fact.metric_zh, fact.unit, fact.donor_key, fact.recipient_key,
        log10(CAST(fact.value AS DOUBLE)) AS magnitude,
        fact.value >= coalesce(floors.least_value, 200) AS is_large
    FROM audit_fact AS fact
    LEFT JOIN floors USING (unit)
    WHERE fact.aspect = 'level'
        AND fact.value > 0
        AND fact.unit NOT IN ('percent', 'day', 'times')
    QUALIFY row_number() OVER (
        PARTITION BY fact.story_key, fact.metric_key, fact.unit, fact.value ORDER BY fact.published_on, fact.figure_key
    ) = 1
), of_metric AS (
    SELECT metric_key, unit, count(*) AS facts, median(magnitude) AS middle, mad(magnitude) AS spread
    FROM size
    GROUP BY metric_key, unit
    HAVING count(*) >= 30
), of_pair AS (
    SELECT
        metric_key, unit, donor_key, recipient_key, count(*) AS facts, median(magnitude) AS middle,
        mad(magnitude) AS spread
    FROM size
    WHERE donor_key IS NOT NULL
        AND recipient_key IS NOT NULL
    GROUP BY metric_key, unit, donor_key, recipient_key
    HAVING count(*) >= 8
), judged AS (
    SELECT
        size.*,
        of_metric.facts AS metric_facts,
        of_metric.middle AS metric_middle,
        0.6745 * (size.magnitude - of_metric.middle) / greatest(of_metric.spread, 0.3) AS metric_z,
        of_pair.facts AS pair_facts,
        of_pair.middle AS pair_middle,
        0.6745 * (size.magnitude - of_pair.middle) / greatest(of_pair.spread, 0.15) AS pair_z
    FROM size
    LEFT JOIN of_metric USING (metric_key, unit)
    LEFT JOIN of_pair USING (metric_key, unit, donor_key, recipient_key)
    WHERE size.is_large
)
SELECT
    figure_key AS first_figure_key,
    NULL AS second_figure_key,
    [figure_key] AS figure_keys,
    CASE
        WHEN metric_z > 5
            THEN format(
                '{} is {:.0f} times the median of the {} other figures of {}.',
                figure, pow(10, magnitude - metric_middle), metric_facts - 1, metric
            )
        ELSE format(
            '{} is {:.0f} times the median of the {} other figures of {} between these two places.',
            figure, pow(10, magnitude - pair_middle), pair_facts - 1, metric
        )
    END AS message,
    CASE
        WHEN metric_z > 5
            THEN format(
                '{}是“{}”其余{}个数中位数的{:.0f}倍。',
                figure, metric_zh, metric_facts - 1, pow(10, magnitude - metric_middle)
            )
        ELSE format(
            '{}是这两地之间“{}”其余{}个数中位数的{:.0f}倍。',
            figure, metric_zh, pair_facts - 1, pow(10, magnitude - pair_middle)
        )
    END AS message_zh,
    NULL AS explanation,
    NULL AS explanation_zh
FROM judged
WHERE metric_z > 5
    OR pair_z > 5;
