-- name: mentions_differ
-- severity: warn
-- owner: editor
-- reason: A story that gives one thing two sizes is wrong in one of them; both stay, and an editor looks.
-- reason_zh: 同一报道对同一事项给出两个数，其中必有一误；两数都保留，由编辑核对。
-- applies_to: core.fact_figure
-- gives: findings
--
-- One thing: same metric, unit, status, kind, donor, recipient, body and programme as far as they are told, in two sentences of
-- one article, and the same word beside both figures (7名专家 / 8位专家). Two doings of one kind are no contradiction, so
-- 1. sizes more than a fifth apart are two things (7名 who came, 16名 sent over the years);
-- 2. either both tell the same period, or one tells none and the later points back (等8位专家, 此次, 据统计);
-- 3. a word that begins another doing (又, 再, 另, 第二批, 下午) parts them;
-- 4. a count since the beginning (累计, 先后, 共) is another thing than that of one occasion.
-- Who leads a group (率7名专家) is not counted in it and is in a list of all (等8位专家): explained, not an offender.
WITH mention AS (
    SELECT
        figure_key, article_key, metric_key, unit, status, qualifier, sector, donor_key, recipient_key, organisation_key,
        programme_key, period_start, period_end, value, value_low, highest, char_start, figure, sentence, words_before,
        noun, head, true AS is_fact
    FROM audit_fact
    WHERE aspect = 'level'
        AND NOT is_part
        AND NOT is_annual
        AND kind = 'news'
), people AS (
    -- People counted by a word that the same article counts in a fact (等8位专家), though no rule claims the figure.
    SELECT DISTINCT ON (figure.figure_key)
        figure.figure_key, mention.article_key, mention.metric_key, mention.unit, mention.status, mention.qualifier,
        mention.sector, NULL AS donor_key, NULL AS recipient_key, NULL AS organisation_key, NULL AS programme_key,
        NULL AS period_start, NULL AS period_end, figure.value, figure.value AS value_low, figure.value AS highest,
        figure.char_start, figure.figure, figure.sentence,
        substring(article.text, greatest(figure.char_start - 23, 1), least(figure.char_start, 24)) AS words_before,
        mention.noun, NULL AS head, false AS is_fact
    FROM mention
    JOIN core.dim_article AS article USING (article_key)
    JOIN core.unclaimed_figure AS figure USING (article_key)
    WHERE mention.unit = 'person'
        AND figure.disposition = 'unknown'
        AND figure.unit IN ('名', '位')
        AND figure.value IS NOT NULL
        AND mention.noun = substring(article.text, figure.char_end + 1, 2)
        AND NOT EXISTS (
            FROM mention AS same
            WHERE same.article_key = mention.article_key AND same.unit = mention.unit AND same.value = figure.value
        )
    ORDER BY figure.figure_key, mention.char_start
), told AS (
    FROM mention UNION ALL FROM people
), pair AS (
    SELECT
        first.figure_key AS first_figure_key,
        second.figure_key AS second_figure_key,
        first.figure AS first_printed,
        second.figure AS second_printed,
        first.words_before AS first_before,
        second.words_before AS second_before,
        second.value = first.value + 1
        AND regexp_matches(first.words_before, '(率|带领|率领)[^。；]{0,12}$') AS names_the_leader,
        coalesce(first.period_start, first.period_end) IS NOT NULL
        AND coalesce(second.period_start, second.period_end) IS NOT NULL AS is_dated
    FROM told AS first
    JOIN told AS second
        ON first.article_key = second.article_key
        AND first.metric_key = second.metric_key
        AND first.unit = second.unit
        AND first.status = second.status
        AND first.sector = second.sector
        AND first.char_start < second.char_start
        AND (first.is_fact OR second.is_fact)
    WHERE first.sentence <> second.sentence
        AND (first.highest < second.value_low OR second.highest < first.value_low)
        AND abs(first.value - second.value) * 5 <= greatest(first.value, second.value)
        AND coalesce(first.qualifier = second.qualifier, first.qualifier IS NULL AND second.qualifier IS NULL)
        AND (nullif(first.noun, '') = nullif(second.noun, '') OR nullif(first.head, '') = nullif(second.head, ''))
        AND places_agree(first.donor_key, second.donor_key)
        AND places_agree(first.recipient_key, second.recipient_key)
        AND coalesce(first.organisation_key = second.organisation_key, true)
        AND coalesce(first.programme_key = second.programme_key, true)
        AND (
            (
                first.period_start IS NOT DISTINCT FROM second.period_start
                AND first.period_end IS NOT DISTINCT FROM second.period_end
            )
            OR coalesce(first.period_start, first.period_end) IS NULL
            OR coalesce(second.period_start, second.period_end) IS NULL
        )
)
SELECT
    first_figure_key,
    second_figure_key,
    [first_figure_key, second_figure_key] AS figure_keys,
    format('One story says {} and {} of one thing.', first_printed, second_printed) AS message,
    format('同一报道对同一事项前后写作{}和{}。', first_printed, second_printed) AS message_zh,
    CASE WHEN names_the_leader THEN 'Who leads the group is not counted in the first figure and is in the second.' END AS explanation,
    CASE WHEN names_the_leader THEN '前一个数不含带队者，后一个数包含。' END AS explanation_zh
FROM pair
WHERE (is_dated OR regexp_matches(second_before, '(等|这|该|此次|本次|上述|一行|全体|据统计|统计显示)[^，。；]{0,6}$'))
    AND regexp_matches(first_before, '(累计|先后|总计|共)[^。；]{0,14}$')
    = regexp_matches(second_before, '(累计|先后|总计|共)[^。；]{0,14}$')
    AND NOT regexp_matches(
        second_before || first_before,
        '又|再|另|还|此外|增派|增至|提升|次日|翌日|上午|下午|当晚|首批|分别|第[一二三四五六七八九十0-9]+[批站场期轮天次]'
    );
