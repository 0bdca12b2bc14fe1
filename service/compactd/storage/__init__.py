"""Everything durable: one store for SQLite and PostgreSQL, its tables and their migrations."""
