-- name: orphan_fact_part_of
-- severity: block
-- owner: warehouse
-- reason: A part whose total is neither loaded nor set aside was cut from its whole, and its sum proves nothing.
-- reason_zh: 其中项的总数既未入库也未隔离，部分与整体脱节，其合计不足为凭。
-- applies_to: core.fact_figure
SELECT child.figure_key
FROM core.fact_figure AS child
WHERE child.part_of_key IS NOT NULL
    AND NOT EXISTS (FROM core.fact_figure AS parent WHERE parent.figure_key = child.part_of_key)
    AND NOT EXISTS (
        FROM ops.quarantine AS aside
        WHERE aside.table_name = 'core.fact_figure'
            AND aside.row_key = CAST(child.part_of_key AS VARCHAR)
    );
