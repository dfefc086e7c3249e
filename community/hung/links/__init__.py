"""Links in messages: our own become cards, those of others a few words about where they lead."""
