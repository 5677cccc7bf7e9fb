-- name: privacy_identity_number
-- severity: block
-- owner: privacy
-- reason: No identity number (GB 11643: 17 digits and a check digit or X) may reach any table, rows set aside included.
-- reason_zh: 公民身份号码（GB 11643：17位数字加1位校验码，校验码为数字或X）不得进入任何表，隔离的行也不例外。
-- applies_to: every table
-- for_each: text column
SELECT rowid
FROM {table}
WHERE regexp_matches({value}, '(^|[^0-9０-９])[0-9０-９]{{17}}[0-9０-９XxＸｘ]([^0-9０-９]|$)');
