-- name: accounting_of_the_run
-- severity: block
-- owner: ledger
-- reason: Facts, rows set aside, ignored and unknown figures make what was extracted: nothing is dropped in silence.
-- reason_zh: 事实、被隔离的行、忽略的数字与未识别的数字之和等于抽取总数，不得无声丢失。
-- applies_to: ops.document_outcome
WITH extracted AS (
    SELECT coalesce(sum(figures), 0) AS figures
    FROM ops.document_outcome
    WHERE run_key = getvariable('run_key')
        AND outcome = 'read'
), facts AS (
    SELECT count(*) AS figures
    FROM core.fact_figure
    WHERE run_key = getvariable('run_key')
), ignored_or_unknown AS (
    SELECT count(*) AS figures
    FROM core.unclaimed_figure
    WHERE run_key = getvariable('run_key')
), aside AS (
    SELECT count(*) AS figures
    FROM ops.quarantine
    WHERE run_key = getvariable('run_key')
        AND table_name IN ('core.fact_figure', 'core.unclaimed_figure')
        AND released_in_run_key IS NULL
)
SELECT getvariable('run_key')
FROM extracted, facts, ignored_or_unknown, aside
WHERE extracted.figures <> facts.figures + ignored_or_unknown.figures + aside.figures;
