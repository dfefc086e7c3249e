"""Single things: numbered editions, things that go along, orders ahead."""
