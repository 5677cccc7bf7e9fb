-- Grain: one article of a document version that is current.
CREATE VIEW core.current_article AS
SELECT
    article.article_key,
    article.document_key,
    document.name AS document,
    article.story_key,
    article.ordinal,
    article.kind,
    article.headline,
    coalesce(article.outlet, document.outlet) AS outlet,
    coalesce(article.published_on, document.published_on) AS published_on,
    article.sector,
    article.run_key
FROM core.dim_article AS article
JOIN core.current_document AS document USING (document_key);
COMMENT ON VIEW core.current_article IS 'One article of a document version that is current (现行文章).';
COMMENT ON COLUMN core.current_article.document IS 'File name of the document (文档).';
