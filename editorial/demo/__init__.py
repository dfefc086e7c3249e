"""The demo's pages."""

from editorial.demo.seed import seed

__all__ = ["seed"]
