"""Sessions: rows in the database, read from the cache for half a minute.

The row is the truth. A copy in the cache saves a query for each page of somebody who is signed in. Signing out leaves a
tombstone that a slower request cannot overwrite (it may only `add`); while the cache is away nothing is copied, and a
copy made before lives no longer than `KEPT`.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Rows
from django.core.cache import cache

KEPT = 30  # seconds
GONE = "gone"


class SessionStore(Rows):
    """Django's database sessions with a short copy in front."""

    @property
    def _copy(self) -> str:
        return f"session:{self.session_key}"

    def load(self) -> dict[str, Any]:
        """The session's data, from the copy or from its row; empty for a session that ended."""
        if not self.session_key:
            return super().load()
        data = cache.get(self._copy)
        if data == GONE:
            self._session_key = None
            return {}
        if data is None:
            data = super().load()
            if self.session_key and data:
                cache.add(self._copy, data, KEPT)
        return dict(data)

    def save(self, must_create: bool = False) -> None:
        """Write the row, then the copy. Raises what Django's own does when the row is gone."""
        super().save(must_create)
        cache.set(self._copy, self._get_session(no_load=must_create), KEPT)  # type: ignore[attr-defined]

    def delete(self, session_key: str | None = None) -> None:
        """End the session: the row goes, a tombstone stands where a copy could be."""
        super().delete(session_key)
        key = session_key or self.session_key
        if key:
            cache.set(f"session:{key}", GONE, 2 * KEPT)
