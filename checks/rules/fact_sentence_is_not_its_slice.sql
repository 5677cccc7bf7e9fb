-- name: fact_sentence_is_not_its_slice
-- severity: warn
-- owner: extraction
-- reason: A sentence that the article does not hold at its place is a paraphrase, not evidence.
-- reason_zh: 文章相应位置没有的句子是转述，不是证据。
-- applies_to: core.fact_figure
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.dim_article AS article USING (article_key)
WHERE substring(article.text, figure.sentence_start + 1, length(figure.sentence)) <> figure.sentence
    OR figure.char_start < figure.sentence_start
    OR figure.char_end > figure.sentence_start + length(figure.sentence);
