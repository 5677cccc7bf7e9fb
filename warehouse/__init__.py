"""WHERE rows live: DuckDB migrations, views, loading and publishing. Imports `transforms.model` only."""
