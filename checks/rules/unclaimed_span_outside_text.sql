-- name: unclaimed_span_outside_text
-- severity: quarantine
-- owner: extraction
-- reason: A span that leaves the article's text points at nothing.
-- reason_zh: 位置超出文章正文，就没有所指的文字。
-- applies_to: core.unclaimed_figure
-- sets_aside: core.unclaimed_figure
SELECT figure.figure_key
FROM core.unclaimed_figure AS figure
JOIN core.dim_article AS article USING (article_key)
WHERE figure.char_start < 0
    OR figure.char_end <= figure.char_start
    OR figure.char_end > length(article.text);
