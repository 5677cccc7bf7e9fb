-- name: fact_figure_is_not_its_slice
-- severity: quarantine
-- owner: extraction
-- reason: The printed figure is the evidence, so the article's text must read the same at its span.
-- reason_zh: 原文数字即证据，文章正文在该位置的文字须与之一致。
-- applies_to: core.fact_figure
-- sets_aside: core.fact_figure
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.dim_article AS article USING (article_key)
WHERE figure.char_end <= length(article.text)
    AND substring(article.text, figure.char_start + 1, figure.char_end - figure.char_start) <> figure.figure;
