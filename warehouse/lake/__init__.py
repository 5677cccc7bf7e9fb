"""The same tables and views in a DuckLake, whose catalogue is a PostgreSQL database: for more than one machine.

`connection` opens it, `shape` brings it to the tables of the migrations, `writer` commits to it beside other writers,
`releases` says which of its snapshots readers see.
"""
