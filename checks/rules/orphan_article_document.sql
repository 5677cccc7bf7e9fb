-- name: orphan_article_document
-- severity: block
-- owner: warehouse
-- reason: An article without its document cannot be traced to what was read.
-- reason_zh: 文章没有所属文档，无法追溯所读的原文。
-- applies_to: core.dim_article
SELECT child.article_key
FROM core.dim_article AS child
WHERE child.document_key IS NOT NULL
    AND NOT EXISTS (FROM raw.document AS parent WHERE parent.document_key = child.document_key);
