"""The whole of Yaji in processes of its own, and people who use it from outside. No Django in here."""
