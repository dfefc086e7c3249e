"""A small Stripe for development and tests. It knows nothing of the product and needs no package."""
