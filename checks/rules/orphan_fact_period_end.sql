-- name: orphan_fact_period_end
-- severity: block
-- owner: warehouse
-- reason: A date that the calendar lacks drops out of every join by year.
-- reason_zh: 日历表中没有的日期，按年关联时会漏掉。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.period_end IS NOT NULL
    AND NOT EXISTS (FROM core.dim_date AS parent WHERE parent.day = child.period_end);
