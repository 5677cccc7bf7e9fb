-- Grain: the same tables; what the words of backfills and restored snapshots mean in them.
COMMENT ON COLUMN ops.run.mode IS 'How it was started: flow, direct, backfill or restore (运行方式).';
COMMENT ON COLUMN ops.run.status IS 'running, published or blocked (运行状态).';
COMMENT ON COLUMN ops.run.sources IS 'What was asked for: folders, files, feeds; of a backfill its plan, of a restore its snapshot (来源).';
COMMENT ON COLUMN ops.change.figure_key IS 'The figure; where its metric changed, the key that it has now (数字主键).';
COMMENT ON COLUMN ops.change.to_extractor_version IS 'Extractor that made the fact after, or that found it gone (新抽取器版本).';
