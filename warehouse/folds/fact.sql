-- Grain: one fact of one article of the temporary table `changed`: mentions of the same figure folded, the first mention first.
--
-- Two mentions of one value of one metric and aspect are one fact unless they disagree in what they say of it: status,
-- unit, yearly or not, qualifier, donor, recipient, period. Where one of them is silent it agrees with the nearest
-- mention that speaks. So two spends of 24万元 in two months stay two facts.
WITH mention AS (
    SELECT
        figure.*,
        CASE
            WHEN period_start IS NOT NULL OR period_end IS NOT NULL
                THEN {'first': period_start, 'last': period_end}
        END AS period
    FROM core.fact_figure AS figure
    WHERE article_key IN (SELECT article_key FROM changed)
), donors AS (
    SELECT *, list(donor_key) OVER (PARTITION BY article_key, metric_key, aspect, value, unit, status, is_annual, sector) AS all_donors
    FROM mention
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
            last_value(period IGNORE NULLS) OVER up_to_here, first_value(period IGNORE NULLS) OVER from_here
        ) AS same_period
    FROM exact
    WINDOW
        up_to_here AS (
            PARTITION BY article_key, metric_key, aspect, value, unit, status, is_annual, sector
            ORDER BY char_start, figure_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ),
        from_here AS (
            PARTITION BY article_key, metric_key, aspect, value, unit, status, is_annual, sector
            ORDER BY char_start, figure_key
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        )
)
SELECT
    arg_min(figure_key, (char_start, figure_key)) AS figure_key,
    article_key,
    metric_key,
    aspect,
    value,
    arg_min(value_low, (char_start, figure_key)) AS value_low,
    -- arg_min would pass over an open end; a list keeps it.
    list(value_high ORDER BY char_start, figure_key)[1] AS value_high,
    arg_min(approximation, (char_start, figure_key)) AS approximation,
    unit,
    status,
    max(qualifier) AS qualifier,
    is_annual,
    bool_or(is_part) AS is_part,
    -- What no mention of this very fact says stays unsaid, whatever its neighbours say; of a province and its city the
    -- greater code is the city's.
    max(donor_key) AS donor_key,
    max(recipient_key) AS recipient_key,
    list(organisation_key ORDER BY char_start, figure_key) FILTER (organisation_key IS NOT NULL)[1] AS organisation_key,
    list(programme_key ORDER BY char_start, figure_key) FILTER (programme_key IS NOT NULL)[1] AS programme_key,
    max(period_start) AS period_start,
    max(period_end) AS period_end,
    sector,
    arg_min(sentence, (char_start, figure_key)) AS sentence,
    min(char_start) AS char_start,
    arg_min(char_end, (char_start, figure_key)) AS char_end,
    arg_min(figure, (char_start, figure_key)) AS figure,
    count(*) AS mentions,
    arg_min(rule_code, (char_start, figure_key)) AS rule_code,
    arg_min(run_key, (char_start, figure_key)) AS run_key
FROM filled
GROUP BY
    article_key, metric_key, aspect, value, unit, status, is_annual, sector,
    same_qualifier, same_donor, same_recipient, same_period
