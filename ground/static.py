"""Static files with hashed names."""

from typing import Any

from servestatic.storage import CompressedManifestStaticFilesStorage

OURS = ("yaji/*.js", "community/*.js", "editorial/*.js")


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashes names inside our JavaScript modules' imports too, so that a deploy never mixes old and new modules.

    Libraries' scripts are taken as they are: Django's patterns for imports trip over words in their comments.
    """

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scripts = self._patterns.pop("*.js", [])
        self._patterns.update(dict.fromkeys(OURS, scripts))
