"""What is kept and how it is asked for, in SQL: the same for every database that the gateway knows."""
