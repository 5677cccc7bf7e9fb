-- Grain: the schemas, and the ops tables: one row a migration, run, document outcome, check result, row set aside, change.
-- Text that holds a hash ends in _key, _keys or _version: the privacy rules read every other text column.
CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS core;
CREATE SCHEMA IF NOT EXISTS mart;
CREATE SCHEMA IF NOT EXISTS ops;

-- Grain: one applied migration. Created by the runner too, which must read it before the first migration.
CREATE TABLE IF NOT EXISTS ops.migration (
    number     INTEGER   NOT NULL,
    name       VARCHAR   NOT NULL,
    sha256_key VARCHAR   NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE ops.migration IS 'One numbered migration applied to this file (结构迁移).';
COMMENT ON COLUMN ops.migration.number IS 'Number of the migration file (迁移编号).';
COMMENT ON COLUMN ops.migration.name IS 'File name of the migration (文件名).';
COMMENT ON COLUMN ops.migration.sha256_key IS 'SHA-256 of the file as applied; a migration is never edited after it lands (校验值).';
COMMENT ON COLUMN ops.migration.applied_at IS 'When it was applied, UTC (执行时间).';

-- Grain: one run of the job.
CREATE TABLE ops.run (
    run_key           VARCHAR   NOT NULL,
    mode              VARCHAR   NOT NULL,
    status            VARCHAR   NOT NULL,
    started_at        TIMESTAMP NOT NULL,
    finished_at       TIMESTAMP,
    extractor_version VARCHAR   NOT NULL,
    sources           VARCHAR,
    documents_found   BIGINT    NOT NULL,
    documents_known   BIGINT    NOT NULL
);
COMMENT ON TABLE ops.run IS 'One run of the job (运行).';
COMMENT ON COLUMN ops.run.run_key IS 'Key of the run (运行编号).';
COMMENT ON COLUMN ops.run.mode IS 'How it was started: flow, direct or backfill (运行方式).';
COMMENT ON COLUMN ops.run.status IS 'running, published, blocked, failed or nothing_new (运行状态).';
COMMENT ON COLUMN ops.run.started_at IS 'When it began, UTC (开始时间).';
COMMENT ON COLUMN ops.run.finished_at IS 'When its last step ended, UTC; NULL while it runs (结束时间).';
COMMENT ON COLUMN ops.run.extractor_version IS 'Hash over the code and the lexicons that extracted (抽取器版本).';
COMMENT ON COLUMN ops.run.sources IS 'What was asked for: folders, files, feeds (来源).';
COMMENT ON COLUMN ops.run.documents_found IS 'Documents that the sources offered (发现文档数).';
COMMENT ON COLUMN ops.run.documents_known IS 'Documents among them whose bytes were known already (已知文档数).';

-- Grain: one document in one run.
CREATE TABLE ops.document_outcome (
    outcome_key  BIGINT  NOT NULL,
    run_key      VARCHAR NOT NULL,
    document_key VARCHAR,
    name         VARCHAR NOT NULL,
    address      VARCHAR NOT NULL,
    outcome      VARCHAR NOT NULL,
    reason       VARCHAR,
    articles     BIGINT  NOT NULL,
    figures      BIGINT  NOT NULL,
    facts        BIGINT  NOT NULL,
    ignored      BIGINT  NOT NULL,
    unknown      BIGINT  NOT NULL
);
COMMENT ON TABLE ops.document_outcome IS 'One document in one run: what became of it (文档处理结果).';
COMMENT ON COLUMN ops.document_outcome.outcome_key IS 'Hash of run, address and document (结果主键).';
COMMENT ON COLUMN ops.document_outcome.run_key IS 'The run (运行编号).';
COMMENT ON COLUMN ops.document_outcome.document_key IS 'SHA-256 of the bytes; NULL where the bytes could not be had (文档指纹).';
COMMENT ON COLUMN ops.document_outcome.name IS 'File name (文件名).';
COMMENT ON COLUMN ops.document_outcome.address IS 'Path or URL (地址).';
COMMENT ON COLUMN ops.document_outcome.outcome IS 'read or failed (结果).';
COMMENT ON COLUMN ops.document_outcome.reason IS 'Why it could not be read, in one plain sentence (原因).';
COMMENT ON COLUMN ops.document_outcome.articles IS 'Articles found in it (文章数).';
COMMENT ON COLUMN ops.document_outcome.figures IS 'Figures extracted from it, whatever became of them (数字总数).';
COMMENT ON COLUMN ops.document_outcome.facts IS 'Figures that state a metric (事实数).';
COMMENT ON COLUMN ops.document_outcome.ignored IS 'Figures ignored with a reason (忽略数).';
COMMENT ON COLUMN ops.document_outcome.unknown IS 'Figures that no rule could place (未识别数).';

-- Grain: one check in one run.
CREATE TABLE ops.check_result (
    run_key     VARCHAR   NOT NULL,
    check_name  VARCHAR   NOT NULL,
    height      VARCHAR   NOT NULL,
    severity    VARCHAR   NOT NULL,
    status      VARCHAR   NOT NULL,
    offenders   BIGINT    NOT NULL,
    detail      VARCHAR   NOT NULL,
    sample_keys VARCHAR,
    owner       VARCHAR   NOT NULL,
    reason      VARCHAR   NOT NULL,
    checked_at  TIMESTAMP NOT NULL
);
COMMENT ON TABLE ops.check_result IS 'One check in one run (检查结果).';
COMMENT ON COLUMN ops.check_result.run_key IS 'The run (运行编号).';
COMMENT ON COLUMN ops.check_result.check_name IS 'Name of the check (检查名称).';
COMMENT ON COLUMN ops.check_result.height IS 'row (a schema), table (a rule in SQL) or run (a bound) (检查层级).';
COMMENT ON COLUMN ops.check_result.severity IS 'block, quarantine or warn (严重程度).';
COMMENT ON COLUMN ops.check_result.status IS 'passed, failed, not_applicable or error (检查状态).';
COMMENT ON COLUMN ops.check_result.offenders IS 'Rows that broke it; for a bound, 1 when it is crossed (违例行数).';
COMMENT ON COLUMN ops.check_result.detail IS 'What was measured, without any content of the documents (说明).';
COMMENT ON COLUMN ops.check_result.sample_keys IS 'Keys of the first offenders (违例样本主键).';
COMMENT ON COLUMN ops.check_result.owner IS 'Who answers for the check (负责人).';
COMMENT ON COLUMN ops.check_result.reason IS 'Why the check exists (检查理由).';
COMMENT ON COLUMN ops.check_result.checked_at IS 'When it ran, UTC (检查时间).';

-- Grain: one row set aside.
CREATE TABLE ops.quarantine (
    quarantine_key      BIGINT  NOT NULL,
    run_key             VARCHAR NOT NULL,
    document_key        VARCHAR,
    table_name          VARCHAR NOT NULL,
    row_key             VARCHAR NOT NULL,
    check_name          VARCHAR NOT NULL,
    reason              VARCHAR NOT NULL,
    payload             JSON    NOT NULL,
    released_in_run_key VARCHAR
);
COMMENT ON TABLE ops.quarantine IS 'One row set aside, with the whole row and why (隔离区).';
COMMENT ON COLUMN ops.quarantine.quarantine_key IS 'Hash of run, table and row (隔离主键).';
COMMENT ON COLUMN ops.quarantine.run_key IS 'The run that set it aside (运行编号).';
COMMENT ON COLUMN ops.quarantine.document_key IS 'The document that the row comes from, where there is one (文档指纹).';
COMMENT ON COLUMN ops.quarantine.table_name IS 'The table that the row was meant for (目标表).';
COMMENT ON COLUMN ops.quarantine.row_key IS 'Key of the row in that table (行主键).';
COMMENT ON COLUMN ops.quarantine.check_name IS 'The first check that it failed, or the table whose row it depends on (未通过的检查).';
COMMENT ON COLUMN ops.quarantine.reason IS 'Every check that it failed, in words (原因).';
COMMENT ON COLUMN ops.quarantine.payload IS 'The row as it would have been loaded (原始行).';
COMMENT ON COLUMN ops.quarantine.released_in_run_key IS 'The run that let it in after a fix; NULL while it is set aside (放行运行).';

-- Grain: one fact changed by a backfill.
CREATE TABLE ops.change (
    change_key             BIGINT    NOT NULL,
    run_key                VARCHAR   NOT NULL,
    figure_key             BIGINT    NOT NULL,
    document_key           VARCHAR   NOT NULL,
    kind                   VARCHAR   NOT NULL,
    before_payload         JSON,
    after_payload          JSON,
    from_extractor_version VARCHAR,
    to_extractor_version   VARCHAR   NOT NULL,
    changed_at             TIMESTAMP NOT NULL
);
COMMENT ON TABLE ops.change IS 'One fact added, removed or changed by a backfill (事实变更).';
COMMENT ON COLUMN ops.change.change_key IS 'Hash of run and figure (变更主键).';
COMMENT ON COLUMN ops.change.run_key IS 'The run that changed it (运行编号).';
COMMENT ON COLUMN ops.change.figure_key IS 'The figure (数字主键).';
COMMENT ON COLUMN ops.change.document_key IS 'The document that states it (文档指纹).';
COMMENT ON COLUMN ops.change.kind IS 'added, removed or changed (变更类型).';
COMMENT ON COLUMN ops.change.before_payload IS 'The fact before; NULL where it was added (变更前).';
COMMENT ON COLUMN ops.change.after_payload IS 'The fact after; NULL where it was removed (变更后).';
COMMENT ON COLUMN ops.change.from_extractor_version IS 'Extractor that made the fact before (原抽取器版本).';
COMMENT ON COLUMN ops.change.to_extractor_version IS 'Extractor that made the fact after (新抽取器版本).';
COMMENT ON COLUMN ops.change.changed_at IS 'When it was changed, UTC (变更时间).';
