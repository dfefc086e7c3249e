"""Group seats: one payer, several people at the table."""
