-- name: fact_ends_after_publication
-- severity: warn
-- owner: extraction
-- reason: What was done cannot have accrued after the article that tells it; the period is misread.
-- applies_to: core.fact_figure
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.dim_article AS article USING (article_key)
WHERE figure.status = 'actual'
    AND figure.period_start > article.published_on;
