"""Reports and the one queue of cases."""
