"""Dies of an exception before it reads anything."""

raise RuntimeError("the database is not there")
