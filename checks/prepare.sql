-- What the rules of facts against facts read, made once an audit: the folded facts with their articles and the words
-- beside each figure.
CREATE OR REPLACE TEMP MACRO plain(amount) AS regexp_replace(CAST(amount AS VARCHAR), '\.?0+$', '');

-- The same in Chinese: 6800000 is 680万.
CREATE OR REPLACE TEMP MACRO plain_zh(amount) AS CASE
    WHEN amount <> 0 AND amount % 100000000 = 0 THEN plain(amount / 100000000) || '亿'
    WHEN amount <> 0 AND amount % 10000 = 0 THEN plain(amount / 10000) || '万'
    ELSE plain(amount)
END;

-- The words around a figure without their numbers: two tellings of one sentence are alike in it.
CREATE OR REPLACE TEMP MACRO skeleton(words) AS regexp_replace(words, '[0-9０-９.,，%％一二两三四五六七八九十百千万亿余多近约超逾]+', '#', 'g');

-- Places agree where one is silent or contains the other: a code begins with those of the places above it.
CREATE OR REPLACE TEMP MACRO places_agree(one, other) AS coalesce(
    one = other OR one IN (other // 100 * 100, other // 10000 * 10000)
    OR other IN (one // 100 * 100, one // 10000 * 10000), true
);

CREATE OR REPLACE TEMP TABLE audit_fact AS
SELECT
    fact.*,
    coalesce(fact.value_high, 1e17) AS highest,
    substring(text.text, greatest(fact.char_start - 23, 1), least(fact.char_start, 24)) AS words_before,
    regexp_extract(substring(text.text, fact.char_end + 1, 2), '^\p{Han}{2}$') AS noun,
    regexp_extract(substring(text.text, greatest(fact.char_start - 1, 1), 2), '^\p{Han}{2}$') AS head
FROM core.fact AS fact
JOIN core.dim_article AS text USING (article_key)
ORDER BY fact.article_key, fact.char_start;
