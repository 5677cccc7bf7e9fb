-- Grain: the same tables; an upgrade of the file is a run of its own.
COMMENT ON COLUMN ops.run.mode IS 'How it was started: flow, direct, backfill, restore or upgrade (运行方式).';
