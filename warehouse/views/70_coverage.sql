-- Grain: one current document: what became of every figure in it.
CREATE VIEW mart.coverage AS
SELECT
    document,
    address,
    document_key,
    articles,
    facts + ignored + unknown + set_aside AS figures,
    facts,
    set_aside,
    ignored,
    unknown,
    ignored_by_reason,
    unknown_contexts
FROM core.document_coverage;
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
