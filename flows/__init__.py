"""WHEN things run: schedules, runs, retries, what to process. No logic of the domain."""
