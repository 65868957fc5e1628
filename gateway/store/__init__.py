"""What is kept: the port that every store fits, and one module a database."""
