-- name: published_after_fetched
-- severity: warn
-- owner: reading
-- reason: A date of publication after the day it was fetched is misread.
-- reason_zh: 发布日期晚于获取之日，是读错了日期。
-- applies_to: core.dim_article
SELECT article.article_key
FROM core.dim_article AS article
JOIN raw.document AS document USING (document_key)
WHERE article.published_on > CAST(document.fetched_at AS DATE) + 1;
