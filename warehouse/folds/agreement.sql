-- Grain: one row of `told`, beside it what it says of qualifier, donor, recipient and period: where it is silent, what the
-- nearest row says that tells the same value of the same metric. `told` has {key}, `place`, its order in {key}, and `period`.
donors AS (
    SELECT *, list(donor_key) OVER (PARTITION BY {key}, metric_key, aspect, value, unit, status, is_annual, sector) AS all_donors
    FROM told
), exact AS (
    -- A province named where its city is named too says less than the city: it is silent, not another donor. A place's
    -- code begins with those of the places above it.
    SELECT
        *,
        CASE
            WHEN NOT list_bool_or(
                [
                    other <> donor_key AND donor_key IN (other // 100 * 100, other // 10000 * 10000)
                    FOR other IN all_donors
                ]
            )
                THEN donor_key
        END AS exact_donor
    FROM donors
), filled AS (
    SELECT
        *,
        coalesce(
            last_value(qualifier IGNORE NULLS) OVER up_to_here, first_value(qualifier IGNORE NULLS) OVER from_here
        ) AS same_qualifier,
        coalesce(
            last_value(exact_donor IGNORE NULLS) OVER up_to_here, first_value(exact_donor IGNORE NULLS) OVER from_here
        ) AS same_donor,
        coalesce(
            last_value(recipient_key IGNORE NULLS) OVER up_to_here,
            first_value(recipient_key IGNORE NULLS) OVER from_here
        ) AS same_recipient,
        coalesce(
            last_value(period IGNORE NULLS) OVER up_to_here,
            first_value(period IGNORE NULLS) OVER from_here
        ) AS same_period
    FROM exact
    WINDOW
        up_to_here AS (
            PARTITION BY {key}, metric_key, aspect, value, unit, status, is_annual, sector
            ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ),
        from_here AS (
            PARTITION BY {key}, metric_key, aspect, value, unit, status, is_annual, sector
            ORDER BY place
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        )
)
