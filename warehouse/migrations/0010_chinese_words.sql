-- Grain: the same tables; what people read of a metric, a check and a finding, in Chinese beside the English.
-- Rows of an earlier version stay NULL until the next run tells them anew; readers fall back to the English.
ALTER TABLE core.dim_metric ADD COLUMN counts_zh VARCHAR;
COMMENT ON COLUMN core.dim_metric.counts_zh IS 'What counts, in Chinese; NULL until a run of this version (统计口径).';
ALTER TABLE core.dim_metric ADD COLUMN excludes_zh VARCHAR;
COMMENT ON COLUMN core.dim_metric.excludes_zh IS 'What looks alike and does not count, in Chinese (不计入的情形).';

ALTER TABLE ops.check_result ADD COLUMN reason_zh VARCHAR;
COMMENT ON COLUMN ops.check_result.reason_zh IS 'Why the check is there, in Chinese; NULL for runs before it was told (检查理由).';

ALTER TABLE ops.finding ADD COLUMN message_zh VARCHAR;
COMMENT ON COLUMN ops.finding.message_zh IS 'What does not fit, in plain Chinese, figures as printed (疑点说明).';
ALTER TABLE ops.finding ADD COLUMN explanation_zh VARCHAR;
COMMENT ON COLUMN ops.finding.explanation_zh IS 'The rule that makes both right, in Chinese; NULL where there is none (疑点解释).';
