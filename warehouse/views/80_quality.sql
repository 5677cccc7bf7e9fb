-- Grain: one check in one run, with what it said the time before: the history of each check.
CREATE VIEW mart.quality AS
SELECT
    result.check_name,
    result.height,
    result.severity,
    result.run_key,
    result.checked_at,
    result.status,
    lag(result.status) OVER (PARTITION BY result.check_name ORDER BY result.checked_at, result.run_key) AS previous_status,
    result.offenders,
    result.detail,
    result.owner,
    result.reason,
    result.reason_zh
FROM ops.check_result AS result;
COMMENT ON VIEW mart.quality IS 'One check in one run, with what it said before (质量历史).';
COMMENT ON COLUMN mart.quality.previous_status IS 'What the check said in the run before; NULL in its first (上次状态).';
