class UngeneratableError(ValueError):
    """No valid instance of a schema was found; says which keyword stands in the way."""

    def __init__(self, message: str, *, pointer: str = "", keyword: str | None = None) -> None:
        super().__init__(message)
        self.pointer = pointer
        """JSON pointer (RFC 6901) into the schema, to the keyword; empty for the whole."""
        self.keyword = keyword
        """None if the schema itself cannot be used, or nothing was tried."""
