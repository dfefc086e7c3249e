"""The pages for people, and the control API for tests."""

from sandbox.pages import checkout, control, dashboard, invoice, look, portal, trouble

__all__ = ["checkout", "control", "dashboard", "invoice", "look", "portal", "trouble"]
