-- name: folded_facts_are_fresh
-- severity: block
-- owner: warehouse
-- reason: The marts read folded facts that are kept: they must be those of the mentions as they stand now.
-- reason_zh: 应用层读取保存下来的归并事实，须与当前各处提及一致。
-- applies_to: core.fact_figure
WITH now AS MATERIALIZED (
    FROM core.fold_signature
)
SELECT CAST(coalesce(held.article_key, now.article_key) AS VARCHAR)
FROM core.folded_article AS held
FULL JOIN (FROM now WHERE kind = 'article') AS now USING (article_key)
WHERE held.signature_keys IS DISTINCT FROM now.signature_keys
UNION ALL
SELECT CAST(coalesce(held.story_key, now.story_key) AS VARCHAR)
FROM core.folded_story AS held
FULL JOIN (FROM now WHERE kind = 'story') AS now USING (story_key)
WHERE held.signature_keys IS DISTINCT FROM now.signature_keys
UNION ALL
SELECT coalesce(held.document_key, now.document_key)
FROM core.folded_document AS held
FULL JOIN (FROM now WHERE kind = 'document') AS now USING (document_key)
WHERE held.signature_keys IS DISTINCT FROM now.signature_keys;
