-- name: fact_period_in_the_future
-- severity: warn
-- owner: extraction
-- reason: What was done cannot have begun after the article that tells it, nor accrued beyond its year: the period is misread, or the date of publication.
-- reason_zh: 已发生的事不会始于报道之后，累计也不会超出报道当年：时期或发布日期读错。
-- applies_to: core.fact_figure
--
-- A partial date spans to its last day (今年 ends on 31 December), so an end within the year of publication is no fault.
SELECT figure.figure_key
FROM core.fact_figure AS figure
JOIN core.current_article AS article USING (article_key)
WHERE figure.status = 'actual'
    AND (
        figure.period_start > article.published_on
        OR figure.period_end > last_day(make_date(year(article.published_on), 12, 1))
    );
