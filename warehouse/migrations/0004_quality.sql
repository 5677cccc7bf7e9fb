-- Grain: what the checks of facts against facts need: the whole of a part, one finding, one corrected fact, one step of a run,
-- and what a person decided on a row set aside.
ALTER TABLE core.fact_figure ADD COLUMN part_of_key BIGINT;
COMMENT ON COLUMN core.fact_figure.part_of_key IS 'The figure of the total that this is a part of; NULL where it is none (所属总数主键).';

ALTER TABLE ops.quarantine ADD COLUMN discarded_in_run_key VARCHAR;
COMMENT ON COLUMN ops.quarantine.discarded_in_run_key IS 'The run in which a person decided that the row stays out (弃用运行).';
ALTER TABLE ops.quarantine ADD COLUMN decision VARCHAR;
COMMENT ON COLUMN ops.quarantine.decision IS 'Why it was released or discarded, or why a release did not let it in (处理说明).';

-- Grain: one finding: facts that do not fit each other, whatever number of runs found it.
CREATE TABLE ops.finding (
    finding_key       BIGINT   NOT NULL,
    check_name        VARCHAR  NOT NULL,
    severity          VARCHAR  NOT NULL,
    first_figure_key  BIGINT   NOT NULL,
    second_figure_key BIGINT,
    figure_keys       BIGINT[] NOT NULL,
    message           VARCHAR  NOT NULL,
    explanation       VARCHAR,
    first_run_key     VARCHAR  NOT NULL,
    last_run_key      VARCHAR  NOT NULL,
    gone_in_run_key   VARCHAR
);
COMMENT ON TABLE ops.finding IS 'Facts that do not fit each other, in a sentence (数据疑点).';
COMMENT ON COLUMN ops.finding.finding_key IS 'Hash of the check and the figures (疑点主键).';
COMMENT ON COLUMN ops.finding.check_name IS 'The check that found it (检查名称).';
COMMENT ON COLUMN ops.finding.severity IS 'block, quarantine or warn (严重程度).';
COMMENT ON COLUMN ops.finding.first_figure_key IS 'The figure it is about; of several, the earlier or the total (数字主键一).';
COMMENT ON COLUMN ops.finding.second_figure_key IS 'The figure that it is compared with; NULL where that is a history (数字主键二).';
COMMENT ON COLUMN ops.finding.figure_keys IS 'Every figure concerned (相关数字主键).';
COMMENT ON COLUMN ops.finding.message IS 'What does not fit, in plain words, figures as printed (说明).';
COMMENT ON COLUMN ops.finding.explanation IS 'The rule that makes both right; such a finding is no offender. NULL where there is none (解释).';
COMMENT ON COLUMN ops.finding.first_run_key IS 'The run that found it first (首次发现运行).';
COMMENT ON COLUMN ops.finding.last_run_key IS 'The run that found it last (最近发现运行).';
COMMENT ON COLUMN ops.finding.gone_in_run_key IS 'The run that did not find it any more; NULL while it stands (消失运行).';

-- Grain: one figure mention that a person corrected or rejected.
CREATE TABLE core.correction (
    correction_key       BIGINT    NOT NULL,
    figure_key           BIGINT    NOT NULL,
    entry_key            BIGINT    NOT NULL,
    action               VARCHAR   NOT NULL,
    original             JSON      NOT NULL,
    corrected            JSON      NOT NULL,
    reason               VARCHAR   NOT NULL,
    source               VARCHAR   NOT NULL,
    applied_in_run_key   VARCHAR   NOT NULL,
    applied_at           TIMESTAMP NOT NULL,
    withdrawn_in_run_key VARCHAR
);
COMMENT ON TABLE core.correction IS 'One figure mention that a person corrected or rejected, with the original (人工更正).';
COMMENT ON COLUMN core.correction.correction_key IS 'Hash of run, entry and figure (更正主键).';
COMMENT ON COLUMN core.correction.figure_key IS 'The figure (数字主键).';
COMMENT ON COLUMN core.correction.entry_key IS 'Hash of the entry of corrections.toml (更正条目).';
COMMENT ON COLUMN core.correction.action IS 'fix or reject (更正方式).';
COMMENT ON COLUMN core.correction.original IS 'The whole row as it was extracted (原始行).';
COMMENT ON COLUMN core.correction.corrected IS 'The fields that were set, and what to; empty for a rejection (更正后的字段).';
COMMENT ON COLUMN core.correction.reason IS 'Why (理由).';
COMMENT ON COLUMN core.correction.source IS 'What the correction rests on (依据).';
COMMENT ON COLUMN core.correction.applied_in_run_key IS 'The run that applied it (执行运行).';
COMMENT ON COLUMN core.correction.applied_at IS 'When it was applied, UTC (执行时间).';
COMMENT ON COLUMN core.correction.withdrawn_in_run_key IS 'The run that took it back, because it left the file; NULL while it stands (撤回运行).';

-- Grain: one step of one run.
CREATE TABLE ops.step_time (
    run_key VARCHAR NOT NULL,
    step    VARCHAR NOT NULL,
    seconds DOUBLE  NOT NULL
);
COMMENT ON TABLE ops.step_time IS 'How long each step of a run took, and each check (步骤耗时).';
COMMENT ON COLUMN ops.step_time.run_key IS 'The run (运行编号).';
COMMENT ON COLUMN ops.step_time.step IS 'read, extract, check rows, load, complete, audit; check:NAME for one check inside the audit (步骤).';
COMMENT ON COLUMN ops.step_time.seconds IS 'Seconds of wall clock (秒).';
