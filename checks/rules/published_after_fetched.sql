-- name: published_after_fetched
-- severity: warn
-- owner: reading
-- reason: A date of publication after the day it was fetched is misread.
-- applies_to: core.dim_article
SELECT article.article_key
FROM core.dim_article AS article
JOIN raw.document AS document USING (document_key)
WHERE article.published_on > CAST(document.fetched_at AS DATE) + 1;
