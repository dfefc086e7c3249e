"""Writes on boxes. Each is one transaction with an actor; each state change goes through `moving.move`."""
