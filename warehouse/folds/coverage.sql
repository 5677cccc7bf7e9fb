-- Grain: one document of the temporary table `changed`: what became of every figure in it.
WITH article AS (
    SELECT document_key, article_key
    FROM core.dim_article
    WHERE document_key IN (SELECT document_key FROM changed)
), articles AS (
    SELECT document_key, count(*) AS articles
    FROM article
    GROUP BY document_key
), facts AS (
    SELECT article.document_key, count(*) AS facts
    FROM core.fact_figure AS figure
    JOIN article USING (article_key)
    GROUP BY article.document_key
), ignored_by_reason AS (
    SELECT article.document_key, figure.reason, count(*) AS figures
    FROM core.unclaimed_figure AS figure
    JOIN article USING (article_key)
    WHERE figure.disposition = 'ignored'
    GROUP BY article.document_key, figure.reason
), ignored AS (
    SELECT
        document_key,
        CAST(sum(figures) AS BIGINT) AS ignored,
        string_agg(reason || ' ' || figures, ', ' ORDER BY figures DESC, reason) AS ignored_by_reason
    FROM ignored_by_reason
    GROUP BY document_key
), unknown AS (
    SELECT
        article.document_key,
        count(*) AS unknown,
        string_agg(figure.figure || ': ' || figure.sentence, chr(10) ORDER BY figure.article_key, figure.char_start)
            AS unknown_contexts
    FROM core.unclaimed_figure AS figure
    JOIN article USING (article_key)
    WHERE figure.disposition = 'unknown'
    GROUP BY article.document_key
), aside AS (
    SELECT document_key, count(*) AS set_aside
    FROM ops.quarantine
    WHERE table_name IN ('core.fact_figure', 'core.unclaimed_figure')
        AND released_in_run_key IS NULL
    GROUP BY document_key
)
SELECT
    document.document_key,
    document.name AS document,
    document.address,
    coalesce(articles.articles, 0) AS articles,
    coalesce(facts.facts, 0) AS facts,
    coalesce(aside.set_aside, 0) AS set_aside,
    coalesce(ignored.ignored, 0) AS ignored,
    coalesce(unknown.unknown, 0) AS unknown,
    ignored.ignored_by_reason,
    unknown.unknown_contexts
FROM raw.document AS document
SEMI JOIN changed USING (document_key)
LEFT JOIN articles USING (document_key)
LEFT JOIN facts USING (document_key)
LEFT JOIN ignored USING (document_key)
LEFT JOIN unknown USING (document_key)
LEFT JOIN aside USING (document_key)
ORDER BY document_key
