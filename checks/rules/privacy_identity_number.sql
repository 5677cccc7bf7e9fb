-- name: privacy_identity_number
-- severity: block
-- owner: privacy
-- reason: No identity number (GB 11643: 17 digits and a check digit or X) may reach any table, rows set aside included.
-- applies_to: every table
-- for_each: text column
SELECT rowid
FROM {table}
WHERE regexp_matches({value}, '(^|[^0-9０-９])[0-9０-９]{{17}}[0-9０-９XxＸｘ]([^0-9０-９]|$)');
