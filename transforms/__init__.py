"""WHAT the text says: pure functions from bytes to text to articles to figures to facts.

Here belongs all knowledge of the language and the domain. What does not: Prefect, DuckDB, the clock, the
environment, files other than the package's own lexicons.
"""
