"""Who carries parcels: one small port, and those who stand behind it."""
