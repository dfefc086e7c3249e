"""Static files with hashed names."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashes names inside JavaScript modules' imports too, so that a deploy never mixes old and new modules."""

    support_js_module_import_aggregation = True
