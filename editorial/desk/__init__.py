"""The editors' desk: what may be published, what is wrong with a story, what is due, what is read and what came of it."""
