"""What is wrong when a part was asked for whose library is not installed."""


class MissingExtraError(ImportError):
    """A library is not installed that an extra of the distribution brings."""
