-- Grain: one current document: what became of every figure in it.
CREATE VIEW mart.coverage AS
WITH article AS (
    SELECT document_key, article_key
    FROM core.current_article
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
    document.name AS document,
    document.address,
    document.document_key,
    coalesce(articles.articles, 0) AS articles,
    coalesce(facts.facts, 0) + coalesce(ignored.ignored, 0) + coalesce(unknown.unknown, 0)
        + coalesce(aside.set_aside, 0) AS figures,
    coalesce(facts.facts, 0) AS facts,
    coalesce(aside.set_aside, 0) AS set_aside,
    coalesce(ignored.ignored, 0) AS ignored,
    coalesce(unknown.unknown, 0) AS unknown,
    ignored.ignored_by_reason,
    unknown.unknown_contexts
FROM core.current_document AS document
LEFT JOIN articles USING (document_key)
LEFT JOIN facts USING (document_key)
LEFT JOIN ignored USING (document_key)
LEFT JOIN unknown USING (document_key)
LEFT JOIN aside USING (document_key);
COMMENT ON VIEW mart.coverage IS 'One current document: what became of every figure in it (覆盖率).';
COMMENT ON COLUMN mart.coverage.document IS 'File name of the document (文档).';
COMMENT ON COLUMN mart.coverage.articles IS 'Articles in it (文章数).';
COMMENT ON COLUMN mart.coverage.figures IS 'Figures found in it, whatever became of them (数字总数).';
COMMENT ON COLUMN mart.coverage.facts IS 'Mentions that state a metric (事实数).';
COMMENT ON COLUMN mart.coverage.set_aside IS 'Figures set aside by a check (隔离数).';
COMMENT ON COLUMN mart.coverage.ignored IS 'Figures ignored with a reason (忽略数).';
COMMENT ON COLUMN mart.coverage.unknown IS 'Figures that no rule could place (未识别数).';
COMMENT ON COLUMN mart.coverage.ignored_by_reason IS 'Reasons with their counts, most frequent first (忽略原因).';
COMMENT ON COLUMN mart.coverage.unknown_contexts IS 'Each unknown figure with its sentence, a line each (未识别语境).';
