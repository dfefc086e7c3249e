"""The ground floor: clock, money, registries, facts, search, drawing. No models, no imports from above."""
