-- name: parts_do_not_add_up
-- severity: warn
-- owner: editor
-- reason: The parts that a text enumerates must not exceed its total, and three or more that nearly reach it must reach it: one of the figures is a slip.
-- reason_zh: 文中列举的分项之和不得超过总数；三项及以上且接近总数的，须等于总数，否则其中一数有误。
-- applies_to: core.fact_figure
-- gives: findings
--
-- Sums are taken of intervals, so that 近200 and 30余 can only differ where no reading of them fits. Three parts that come
-- to four fifths of the total mean to be all of it; two parts, or less, may be some of many. Kinds that can overlap
-- (党员, 女性, 三四级手术) may pass the total together, though none of them alone.
WITH part AS (
    SELECT
        part.part_of_key,
        part.article_key,
        part.metric_key,
        part.unit,
        count(*) AS parts,
        sum(part.value) AS total,
        sum(part.value_low) AS lowest,
        max(part.value_low) AS largest,
        CASE WHEN count(part.value_high) = count(*) THEN sum(part.value_high) END AS highest,
        list(part.figure_key ORDER BY part.char_start) AS figure_keys,
        string_agg(part.figure, '、' ORDER BY part.char_start) AS printed,
        min(part.char_start) AS first_start,
        max(part.char_end) AS last_end
    FROM core.fact_figure AS part
    JOIN core.current_article USING (article_key)
    WHERE part.part_of_key IS NOT NULL
        AND part.aspect = 'level'
    GROUP BY ALL
), compared AS (
    SELECT
        part.*,
        whole.figure_key AS whole_key,
        whole.figure AS whole_printed,
        whole.value AS whole_value,
        part.largest > whole.value_high AS one_exceeds,
        part.lowest > whole.value_high AS exceeds,
        part.parts >= 3 AND part.highest < whole.value_low AND part.highest >= 0.8 * whole.value_low AS falls_short,
        regexp_matches(
            substring(article.text, part.first_start - 11, part.last_end - part.first_start + 20),
            '党员|女|男|职称|正高|副高|博士|硕士|本科|学历|民族|[二三四]级|急诊|微创|重症|危重|老年|儿童|贫困|脱贫|低保|骨干|新增|首次|首例|免费'
        ) AS may_overlap
    FROM part
    JOIN core.fact_figure AS whole
        ON whole.figure_key = part.part_of_key
        AND whole.article_key = part.article_key
        AND whole.metric_key = part.metric_key
        AND whole.unit = part.unit
        AND whole.aspect = 'level'
    JOIN core.dim_article AS article ON article.article_key = part.article_key
)
SELECT
    whole_key AS first_figure_key,
    figure_keys[1] AS second_figure_key,
    list_concat([whole_key], figure_keys) AS figure_keys,
    format('The parts {} make {}, and the total is {}.', printed, plain(total), whole_printed) AS message,
    format('分项{}合计{}，而总数为{}。', printed, plain_zh(total), whole_printed) AS message_zh,
    CASE
        WHEN may_overlap AND NOT coalesce(one_exceeds, false)
            THEN 'The parts are kinds that can overlap, so they need not make the total.'
    END AS explanation,
    CASE WHEN explanation IS NOT NULL THEN '各分项的类别可以交叉，其和不必等于总数。' END AS explanation_zh
FROM compared
WHERE exceeds
    OR falls_short;
